// Tells two of what is committed.
#pragma once

#include <memory>
#include <utility>

#include "saga/feed.hpp"

namespace sagas {

/// Both must outlive it.
class feed_fork final : public feed_sink {
public:
  feed_fork(feed_sink& one, feed_sink& other) : one_(one), other_(other) {}
  void publish(std::shared_ptr<const feed_batch> batch) override {
    one_.publish(batch);
    other_.publish(std::move(batch));
  }

private:
  feed_sink& one_;
  feed_sink& other_;
};

} // namespace sagas
