#include "http/server/tls_source.hpp"

#include <sys/stat.h>

namespace sagas::http {
namespace {

constexpr std::chrono::seconds look_every{10};

} // namespace

result<std::unique_ptr<tls_source>> tls_source::open(tls_files files, logger& log) {
  std::unique_ptr<tls_source> made{new tls_source{std::move(files), log}};
  made->stamp_ = made->stamp(); // first: a change in between is seen at the next look
  auto context = tls_context::open(made->files_);
  if (!context)
    return context.error();
  made->context_ = std::move(*context);
  made->next_look_ = steady::now() + look_every;
  return made;
}

const tls_context& tls_source::current(steady::time_point now) {
  if (now < next_look_)
    return *context_;
  next_look_ = now + look_every;
  std::string found = stamp();
  if (found == stamp_)
    return *context_;
  stamp_ = std::move(found);
  auto context = tls_context::open(files_);
  if (context)
    context_ = std::move(*context);
  log_.write(context ? log_level::info : log_level::error,
             context ? "the certificate was read anew" : "the certificate before stays in use",
             {{"why", context ? "its files changed" : context.error().message}});
  return *context_;
}

std::string tls_source::stamp() const {
  std::string text;
  for (const std::string* path : {&files_.certificate, &files_.key, &files_.client_ca}) {
    struct stat found {};
    if (path->empty() || ::stat(path->c_str(), &found) != 0)
      continue;
    text += std::to_string(found.st_ino) + "/" + std::to_string(found.st_size) + "/"
            + std::to_string(found.st_mtim.tv_sec) + "." + std::to_string(found.st_mtim.tv_nsec)
            + " ";
  }
  return text;
}

} // namespace sagas::http
