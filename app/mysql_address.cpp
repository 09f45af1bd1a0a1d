#include "app/mysql_address.hpp"

#include <regex>

namespace sagas {

result<mysql_terms> parse_mysql_address(const std::string& text, mysql_terms defaults) {
  static const std::regex form{
    R"(mysql://(?:([^@/:\s]{1,80})(:[^@/]*)?@)?(\[[0-9A-Fa-f:.]+\]|[^@/:\s\[\]]{1,253})(?::([0-9]{1,5}))?(?:/([^/\s?#]{1,64})?)?)"};
  std::smatch part;
  if (text.size() > 1'024 || !std::regex_match(text, part, form))
    return {errc::invalid_input, "the address must be mysql://[USER@]HOST[:PORT][/NAME]"};
  if (part[2].matched)
    return {errc::invalid_input, "no password on the command line, where others can read it: give "
                                 "it by SAGAS_DB_PASSWORD_FILE or SAGAS_DB_PASSWORD"};
  if (part[1].matched)
    defaults.user = part[1];
  defaults.host = part[3];
  if (defaults.host.front() == '[')
    defaults.host = defaults.host.substr(1, defaults.host.size() - 2);
  if (part[4].matched)
    defaults.port = std::stoi(part[4]);
  if (defaults.port < 1 || defaults.port > 65'535)
    return {errc::invalid_input, "a port is a number from 1 to 65535"};
  if (part[5].matched)
    defaults.database = part[5];
  return defaults;
}

} // namespace sagas
