// The event loop behind web_client: curl says which sockets and timer it waits for, epoll waits.
// Inside http/participant/.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <sys/epoll.h>

#include "http/participant/connection_pool.hpp"

namespace sagas::http {

class web_client::loop {
public:
  loop() = default;
  ~loop();

  status open();
  void push(std::unique_ptr<transfer> what);

private:
  using transfers = std::vector<std::unique_ptr<transfer>>;
  struct call {
    std::unique_ptr<transfer> what;
    connection_pool* in;
  };

  void run();
  int wait_for() const;
  void handle(int ready, const epoll_event* events);
  void take_new();
  void admit(web_client::lane& of);
  void admit_all();
  bool launch(std::unique_ptr<transfer> what);
  void reap();
  void finish(CURL* handle, CURLcode code);
  void abandon_all();
  curl_handle take_handle();
  connection_pool* pool_for(web_client::lane& of);

  int epoll_ = -1;
  int waker_ = -1;
  std::vector<std::unique_ptr<connection_pool>> pools_;
  std::optional<steady_time> admits_; // when a rate lets the next call go
  std::map<CURL*, call> running_;
  std::vector<curl_handle> idle_;
  std::set<std::shared_ptr<web_client::lane>> waiting_; // with something in the queue

  std::mutex guard_; // of arrived_
  transfers arrived_;
  std::atomic<bool> leaving_{false};
  std::thread worker_;
};

} // namespace sagas::http
