// sagas watch: state changes as they happen, of one saga or of all.
#include <memory>
#include <thread>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/verbs.hpp"
#include "app/sse_reader.hpp"
#include "saga/status.hpp"

namespace sagas::cli {
namespace {

using nlohmann::json;

constexpr milliseconds retry_first{500};
constexpr milliseconds retry_max{10'000};

// Follows the stream over lost connections: Last-Event-ID says where to go on.
class follower {
public:
  follower(session& with, std::string saga) : with_(with), saga_(std::move(saga)) {}

  void run() {
    auto client = open_client(with_);
    if (!client)
      return;
    milliseconds delay = retry_first;
    while (!ended_) {
      const std::string before = last_id_;
      const auto answer = follow(*client);
      if (answer && !answer->ok() && answer->status != 503) {
        with_.code = report_problem(with_, *answer);
        return;
      }
      if (!answer && last_id_.empty()) { // never got through
        with_.code = report_failure(with_, answer.error());
        return;
      }
      if (ended_)
        return;
      delay = last_id_ == before ? std::min(delay * 2, retry_max) : retry_first;
      std::this_thread::sleep_for(delay);
    }
  }

private:
  result<api_answer> follow(api_client& client) {
    api_request request;
    request.path = saga_.empty() ? "/api/v1/eventos"
                                 : "/api/v1/sagas/" + url_encoded(saga_) + "/eventos";
    request.headers.emplace_back("Accept", "text/event-stream");
    if (!last_id_.empty())
      request.headers.emplace_back("Last-Event-ID", last_id_);
    sse_reader reader;
    return client.stream(request, [&](std::string_view chunk) {
      return reader.feed(chunk, [&](const sse_event& event) { return tell(event); });
    });
  }

  bool tell(const sse_event& event) {
    if (!event.id.empty())
      last_id_ = event.id;
    const json data = json::parse(event.data, nullptr, false);
    if (event.name == "fin") {
      ended_ = true;
      if (parse_saga_status(text_of(data, "estado")) != saga_status::completed)
        with_.code = exit_negative;
      return false;
    }
    if (with_.json) {
      print(event.data + "\n");
      return true;
    }
    std::string line = text_of(data, "timestamp") + "  " + text_of(data, "saga_id") + "  "
                       + text_of(data, "estado");
    if (const std::string step = text_of(data, "paso"); !step.empty())
      line += "  " + step + " " + text_of(data, "tipo_operacion") + " "
              + text_of(data, "intento_numero");
    print(line + "\n");
    return true;
  }

  session& with_;
  std::string saga_;
  std::string last_id_;
  bool ended_ = false;
};

} // namespace

void add_watch(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand("watch", "Follow state changes as they happen");
  const auto saga = std::make_shared<std::string>();
  verb.add_option("saga", *saga, "saga_id; all sagas unless given");
  add_client_options(verb, with);
  verb.footer("Of one saga it ends with the saga: exit code 0 when COMPLETADA, 1 otherwise. Of all "
              "it goes on\nuntil Ctrl-C. A lost connection is taken up again where it broke.\n\n"
              "Example:\n  sagas watch --json | grep REQUIERE_ATENCION");
  verb.callback([&with, saga] { follower{with, *saga}.run(); });
}

} // namespace sagas::cli
