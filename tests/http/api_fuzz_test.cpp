// Whatever comes in, the routes answer, and never with 5xx: there is no input that is our fault.
#include <random>

#include "api_fakes.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

class generator {
public:
  explicit generator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }

  json value(int depth = 0) {
    switch (below(depth > 4 ? 6 : 9)) {
    case 0: return nullptr;
    case 1: return below(2) == 0;
    case 2: return static_cast<std::int64_t>(random_()) - (1LL << 31);
    case 3: return static_cast<double>(random_()) / 7.0;
    case 4: return -1e308;
    case 5: return text();
    case 6: {
      json array = json::array();
      for (std::size_t i = below(4); i > 0; --i)
        array.push_back(value(depth + 1));
      return array;
    }
    default: return object(depth + 1);
    }
  }

  // An object that looks like a start, more or less.
  json object(int depth = 0) {
    static const char* const keys[]{"tipo",
                                    "version",
                                    "campania_id",
                                    "usuario_id",
                                    "entrada",
                                    "metadatos",
                                    "inyeccion",
                                    "campania",
                                    "nombre",
                                    "presupuesto",
                                    "fecha_inicio",
                                    "fecha_fin",
                                    "clave_idempotencia",
                                    "id",
                                    "segmento_audiencia",
                                    "razon",
                                    "salida",
                                    "pasos",
                                    "plazo",
                                    "",
                                    "a/b~c"};
    json made = json::object();
    for (std::size_t i = below(6); i > 0; --i)
      made[keys[below(std::size(keys))]] = value(depth);
    if (depth == 0 && below(2) == 0)
      made["tipo"] = below(2) == 0 ? "lanzar_campania_completa" : "procesar_pago_comisiones";
    return made;
  }

  // Valid JSON with a few bytes changed.
  std::string mangled(std::string text) {
    for (std::size_t i = below(4); i > 0 && !text.empty(); --i)
      text[below(text.size())] = static_cast<char>(random_());
    if (below(4) == 0)
      text.resize(below(text.size() + 1));
    return text;
  }

private:
  std::string text() {
    static const char* const texts[]{"",
                                     "lanzar_campania_completa",
                                     "2026-01-01",
                                     "ñ€😀",
                                     "a b",
                                     "' OR 1=1 --",
                                     "${entrada.x}",
                                     "\x01",
                                     "camp-001",
                                     "9999-99-99"};
    return texts[below(std::size(texts))];
  }

  std::mt19937 random_;
};

} // namespace

TEST_CASE("random bodies are answered and never break anything", "[http]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  generator make{seed};
  world w{true};
  const std::string saga = "/api/v1/sagas/" + to_text(id_of(1));
  const std::vector<std::string> paths{"/api/v1/sagas",
                                       "/api/v1/comandos/lanzar-campania-completa",
                                       "/api/v1/sagas/lote",
                                       saga + "/cancelar",
                                       saga + "/pasos/x/completar",
                                       "/api/v1/definiciones",
                                       "/api/v1/definiciones/validar"};
  std::size_t good = 0;
  for (int i = 0; i < 4'000; ++i) {
    const std::string& path = paths[make.below(paths.size())];
    const json body = path.ends_with("lote") ? json::array({make.object(), make.value()})
                                             : make.object();
    const std::string text = make.below(3) == 0 ? make.mangled(body.dump()) : body.dump();
    const auto answer = w.post(path, text);
    INFO(path << " " << text << "\n" << answer.body);
    REQUIRE(answer.status < 500);
    REQUIRE(json::accept(answer.body));
    good += answer.status < 300 ? 1 : 0;
  }
  CHECK(good > 0);
  CHECK(good < 4'000);
}

TEST_CASE("random queries and paths are answered and never break anything", "[http]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random{seed};
  world w;
  const auto noise = [&](std::size_t size_max) {
    std::string text;
    for (std::size_t i = random() % size_max + 1; i > 0; --i)
      if (const char c = static_cast<char>(random()); c != '/' && c != '\n' && c != '\r')
        text += c;
    return text.empty() ? std::string{"x"} : text;
  };
  const std::vector<std::string> names{"estado", "tipo",   "campania_id",   "desde", "hasta",
                                       "limite", "cursor", "microservicio", "otro"};
  for (int i = 0; i < 2'000; ++i) {
    const auto query = std::multimap<std::string, std::string>{
      {names[random() % names.size()], noise(30)}};
    REQUIRE(w.get("/api/v1/sagas", query).status < 500);
    const std::string id = noise(40);
    for (const char* tail : {"", "/estado", "/eventos"})
      REQUIRE(w.get("/api/v1/sagas/" + id + tail).status < 500);
    REQUIRE(w.get("/api/v1/campanias/" + id).status < 500);
    REQUIRE(w.get("/api/v1/definiciones/" + id).status < 500);
    REQUIRE(w.get("/api/v1/definiciones/" + id + "/" + noise(12)).status < 500);
  }
}
