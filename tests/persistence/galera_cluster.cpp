#include "tests/persistence/galera_cluster.hpp"

#include <chrono>
#include <thread>
#include <vector>

#include "support/catch.hpp"

namespace sagas::test {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::seconds ready_max{90};
constexpr const char* provider = "/usr/lib/galera/libgalera_smm.so";
// A dead node is given up after 2 to 6 s. Shorter times cost the survivors their majority on a busy
// machine.
constexpr const char* time_outs =
  ";evs.suspect_timeout=PT2S;evs.inactive_timeout=PT6S;evs.keepalive_period=PT0.5S"
  ";evs.inactive_check_period=PT0.25S;evs.install_timeout=PT5S;gcache.size=16M";

std::string local(int port) { return "127.0.0.1:" + std::to_string(port); }

std::string flag(const std::string& name, const std::string& value) {
  return "--" + name + "=" + value;
}

std::string address_of(const std::array<std::array<int, 3>, galera_cluster::size>& ports) {
  std::string all = "gcomm://";
  for (const auto& each : ports)
    all += (all.ends_with("/") ? "" : ",") + local(each[0]);
  return flag("wsrep-cluster-address", all);
}

std::vector<std::string> flags_of(const std::array<int, 3>& ports) {
  const auto& [group, increments, whole] = ports;
  return {"--wsrep-on=ON",
          flag("wsrep-provider", provider),
          "--wsrep-cluster-name=sagas",
          flag("wsrep-node-name", "n" + std::to_string(group)),
          flag("wsrep-node-address", local(group)),
          "--wsrep-sst-method=rsync",
          flag("wsrep-sst-receive-address", local(whole)),
          flag("wsrep-provider-options", "gmcast.listen_addr=tcp://" + local(group)
                                           + ";ist.recv_addr=" + local(increments)
                                           + ";ist.recv_bind=" + local(increments) + time_outs),
          "--binlog-format=ROW",
          "--innodb-autoinc-lock-mode=2",
          "--innodb-buffer-pool-size=64M",
          "--innodb-log-file-size=16M"};
}

} // namespace

galera_cluster& galera_cluster::shared() {
  static galera_cluster one;
  return one;
}

galera_cluster::galera_cluster() {
  for (auto& of_node : ports_)
    for (int& port : of_node)
      port = free_port();
  for (std::size_t i = 0; i < size; ++i) { // one after the other: each needs one that is ready
    std::vector<std::string> flags = flags_of(ports_[i]);
    flags.push_back(i == 0 ? "--wsrep-cluster-address=gcomm://" : address_of(ports_));
    nodes_[i] = std::make_unique<mariadb_server>(flags);
    REQUIRE(await(i, "wsrep_ready", "ON"));
  }
}

bool galera_cluster::make_whole() {
  for (std::size_t i = 0; i < size; ++i)
    if (!nodes_[i]->runs()) {
      nodes_[i]->start({address_of(ports_)});
      if (!await(i, "wsrep_ready", "ON"))
        return false;
    }
  bool whole = true;
  for (std::size_t i = 0; i < size; ++i)
    whole = whole && await(i, "wsrep_cluster_size", std::to_string(size))
            && await(i, "wsrep_local_state_comment", "Synced");
  return whole;
}

std::string galera_cluster::status_of(std::size_t i, const std::string& name) const {
  const auto found = try_ask(nodes_[i]->terms(""), "SHOW GLOBAL STATUS LIKE '" + name + "'");
  return found && found->find('|') != std::string::npos ? found->substr(found->find('|') + 1)
                                                        : std::string{};
}

// Whether it takes that value in time.
bool galera_cluster::await(std::size_t i, const std::string& name, const std::string& value) const {
  const auto until = clock::now() + ready_max;
  while (status_of(i, name) != value) {
    if (clock::now() >= until)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  return true;
}

} // namespace sagas::test
