#include "bench/database.hpp"

namespace sagas::bench {

database::~database() {
  const std::string name = file_.filename().string();
  std::error_code ignored; // the scratch folder goes in the end, whatever stays in it
  for (const auto& entry : std::filesystem::directory_iterator{file_.parent_path(), ignored})
    if (entry.path().filename().string().starts_with(name))
      std::filesystem::remove(entry.path(), ignored);
}

void check_count(const database& in, const std::string& estado, std::uint64_t expected) {
  const auto found = in.number("SELECT count(*) FROM sagas WHERE estado = '" + estado + "'");
  if (found != static_cast<std::int64_t>(expected))
    throw failed{in.file().string() + " holds " + std::to_string(found) + " sagas that are "
                 + estado + ", not " + std::to_string(expected)};
}

} // namespace sagas::bench
