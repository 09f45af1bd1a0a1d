// The address of a MySQL database on the command line.
#pragma once

#include <string>

#include "persistence/mysql_session.hpp"

namespace sagas {

/// Reads mysql://[USER@]HOST[:PORT][/NAME], an IPv6 address in brackets; what is left out stays as
/// in `defaults`, the password always. errc::invalid_input also when a password stands in it:
/// others on the machine can read a command line.
result<mysql_terms> parse_mysql_address(const std::string& text, mysql_terms defaults);

} // namespace sagas
