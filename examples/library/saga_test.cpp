// Tests of the saga "estancia", without a service, a thread, a file or waiting. Any test framework
// will do; here there is none.
#include <iostream>
#include <memory>

#include "hotel.hpp"
#include "saga/function_participant.hpp"
#include "testkit/crash.hpp"
#include "testkit/world.hpp"

using namespace sagas;
using testkit::world;
using steps = std::vector<std::string>;

namespace {

int failures = 0;

#define CHECK(what) check(what, #what, __LINE__)

void check(bool holds, const char* what, int line, const std::string& where = {}) {
  if (holds)
    return;
  std::cerr << "saga_test.cpp:" << line << ": " << what << " " << where << "\n";
  ++failures;
}

constexpr const char* ana = R"({"huesped": "Ana"})";

void all_goes_well(const definition_ptr& plan) {
  world hotels{plan};
  hotels.action("cobrar", {testkit::done(R"({"recibo": 7})")});
  const testkit::run guest = hotels.start(ana);
  CHECK(hotels.run_to_end());
  CHECK(guest.status() == saga_status::completed);
  CHECK(guest.told() == "cobrar reservar avisar");
  CHECK(guest.output("cobrar") == R"({"recibo": 7})");
}

void a_refusal_undoes_the_charge(const definition_ptr& plan) {
  world hotels{plan};
  hotels.action("reservar", {testkit::refused("no quedan habitaciones")});
  hotels.undo("cobrar", {testkit::broken(), testkit::done()});
  const testkit::run guest = hotels.start(ana);
  CHECK(hotels.run_to_end());
  CHECK(guest.status() == saga_status::compensated);
  CHECK(guest.told() == "cobrar reservar -cobrar -cobrar");
  CHECK(guest.in_force().empty());
}

// The first answer is lost: the attempt times out, in virtual time, and is sent again.
void a_lost_answer_books_once(const definition_ptr& plan) {
  world hotels{plan};
  hotels.action("reservar", {testkit::lost(), testkit::done()});
  const testkit::run guest = hotels.start(ana);
  CHECK(hotels.run_to_end());
  CHECK(hotels.elapsed() >= plan->steps[1].timeout);
  CHECK(guest.told() == "cobrar reservar reservar avisar");
  CHECK(guest.in_force() == steps({"cobrar", "reservar", "avisar"}));
}

// Whatever the crash, a guest has paid and has a room, or neither.
void a_crash_leaves_nothing_by_halves(const definition_ptr& plan) {
  const auto scenario = [](world& hotels) {
    hotels.action("reservar", {testkit::lost(), testkit::refused("no quedan habitaciones")});
    hotels.start(ana);
  };
  const auto tried = testkit::crash_everywhere(
    plan, scenario, [](world& hotels, const std::string& where) {
      const testkit::run guest = hotels.runs().front();
      check(guest.status() == saga_status::completed, "it ends", __LINE__, where);
      check(guest.in_force() == steps({"cobrar", "reservar", "avisar"}), "all is done", __LINE__,
            where);
    });
  CHECK(tried >= 8);
}

// The real hotel, with one room for two guests.
void a_crash_books_no_room_twice(const definition_ptr& plan) {
  std::shared_ptr<hotel> rooms;
  const auto scenario = [&](world& hotels) {
    rooms = std::make_shared<hotel>(1);
    hotels.serve("hotel", std::make_shared<function_participant>(
                            [rooms](const call& what) { return rooms->ask(what); }));
    hotels.start(ana);
    hotels.start(R"({"huesped": "Leo"})");
  };
  testkit::crash_everywhere(plan, scenario, [&](world& hotels, const std::string& where) {
    int booked = 0, paid = 0;
    for (const testkit::run& guest : hotels.runs()) {
      booked += guest.status() == saga_status::completed;
      paid += !guest.in_force().empty();
    }
    check(booked == 1 && paid == 1 && rooms->rooms_free() == 0, "one guest has it", __LINE__,
          where);
  });
}

} // namespace

int main() {
  const auto plan = stay();
  if (!plan) {
    std::cerr << plan.error().message << "\n";
    return 1;
  }
  all_goes_well(*plan);
  a_refusal_undoes_the_charge(*plan);
  a_lost_answer_books_once(*plan);
  a_crash_leaves_nothing_by_halves(*plan);
  a_crash_books_no_room_twice(*plan);
  std::cout << (failures == 0 ? "all hold" : "not all hold") << std::endl;
  return failures == 0 ? 0 : 1;
}
