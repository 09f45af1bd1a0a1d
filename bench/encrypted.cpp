// What it costs that payloads are encrypted at rest: the engine in process, without and with it, in
// turn, each on a fresh database; and one value by itself.
#include "bench/benchmarks.hpp"
#include "bench/engine_world.hpp"
#include "persistence/payload_codec.hpp"

namespace sagas::bench {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t in_flight_levels[] = {1'000, 64, 1};
constexpr std::size_t value_sizes[] = {100, 1'000, 10'000};

payload_keys_ptr fresh_keys() {
  const auto key = must(fresh_payload_key("bench"), "a key");
  return std::make_shared<const payload_keys>(
    must(payload_keys::parse(with_sealing_key("", key)), "the key's text"));
}

// Those without, or those with.
struct side {
  series per_second, cpu_us, server_cpu_us, p50_ms, p99_ms, kib_per_saga;
  double last = 0;
};

void measure(context& with, const database_kind& on, std::size_t in_flight, bool encrypting,
             side& to) {
  const auto in = on.make("encryption");
  if (encrypting)
    in->encrypt_with(fresh_keys());
  loop_figures figures;
  std::uint64_t ended = 0;
  {
    engine_world world{*in};
    figures = world.run(in_flight, with.warm_up(), with.window());
    ended = world.ended();
  }
  check_count(*in, "COMPLETADA", ended);
  const std::int64_t sealed = in->number(
    "SELECT count(*) FROM pasos_saga WHERE datos_entrada LIKE 'enc1:%'");
  if ((sealed > 0) != encrypting)
    throw failed{"payloads were not stored as they should have been"};
  to.last = figures.sagas_per_second;
  to.per_second.add(figures.sagas_per_second);
  to.cpu_us.add(figures.cpu_us_per_saga);
  to.server_cpu_us.add(figures.server_cpu_us_per_saga);
  to.p50_ms.add(figures.latency.percentile_ms(0.5));
  to.p99_ms.add(figures.latency.percentile_ms(0.99));
  to.kib_per_saga.add(in->size_mib() * 1'024 / static_cast<double>(ended));
}

json settings_of(const side& of, std::size_t in_flight) {
  return {{"in_flight", in_flight},
          {"saga", "lanzar_campania_completa"},
          {"participants", "in process, ledger in memory"},
          {"cpu_us_per_saga", rounded(of.cpu_us.median())},
          {"server_cpu_us_per_saga", rounded(of.server_cpu_us.median())},
          {"latency_p50_ms", rounded(of.p50_ms.median())},
          {"latency_p99_ms", rounded(of.p99_ms.median())},
          {"database_kib_per_saga", rounded(of.kib_per_saga.median())}};
}

void compare(context& with, const database_kind& on, std::size_t in_flight,
             const std::string& suffix) {
  side plain, sealed;
  series share;
  for (int run = 0; run < with.asked().runs; ++run) {
    for (const bool encrypting : {run % 2 == 1, run % 2 == 0}) // each goes first as often
      measure(with, on, in_flight, encrypting, encrypting ? sealed : plain);
    share.add(sealed.last / plain.last);
    context::say("  " + std::to_string(in_flight) + " in flight: plain " + shown(plain.last)
                 + "/s, encrypted " + shown(sealed.last) + "/s");
  }
  const std::string name = on.own() + "encryption";
  with.add(name + ".plain" + suffix, plain.per_second, "sagas/s", settings_of(plain, in_flight));
  with.add(name + ".encrypted" + suffix, sealed.per_second, "sagas/s",
           settings_of(sealed, in_flight));
  with.add(name + ".share" + suffix, share, "of plain, same run", {{"in_flight", in_flight}});
}

// Microseconds of one call, by many.
template <class Work>
double us_each(milliseconds window, Work work) {
  std::uint64_t count = 0;
  const auto begun = steady::now();
  for (; steady::now() - begun < window; count += 100)
    for (int i = 0; i < 100; ++i)
      work();
  return std::chrono::duration<double, std::micro>(steady::now() - begun).count()
         / static_cast<double>(count);
}

void one_value(context& with, std::size_t size) {
  payload_codec codec{fresh_keys()};
  const payload_place at{payload_column::step_input, "019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e", 1};
  const std::string text(size, 'x');
  std::string stored;
  series seals, opens;
  for (int run = 0; run < with.asked().runs; ++run) {
    seals.add(us_each(with.warm_up(), [&] { codec.seal(at, text, stored); }));
    opens.add(us_each(with.warm_up(), [&] {
      if (codec.open(at, stored).size() != size)
        throw failed{"a value does not open"};
    }));
  }
  const std::string suffix = ".of_" + std::to_string(size);
  with.add("encryption.seal_us" + suffix, seals, "us", {{"bytes", size}});
  with.add("encryption.open_us" + suffix, opens, "us",
           {{"bytes", size}, {"stored_bytes", stored.size()}});
}

} // namespace

void encrypted(context& with, const database_kind& on) {
  for (const std::size_t in_flight : in_flight_levels) {
    const std::string suffix = in_flight == 1'000 ? "" : ".at_" + std::to_string(in_flight);
    if (with.wants(on.own() + "encryption.share" + suffix))
      compare(with, on, in_flight, suffix);
  }
  if (on.own().empty())
    for (const std::size_t size : value_sizes)
      if (with.wants("encryption.seal_us.of_" + std::to_string(size)))
        one_value(with, size);
}

} // namespace sagas::bench
