#include "persistence/mysql_session.hpp"

#include <soci/mysql/soci-mysql.h>
#include <soci/soci.h>

#include "persistence/columns.hpp"
#include "persistence/mysql_dialect.hpp"
#include "persistence/payload_codec.hpp"

namespace sagas {
namespace {

// SOCI reads a quoted value up to the next quote that has no backslash in front.
std::string quoted(const std::string& value) {
  std::string text = "'";
  for (const char each : value) {
    if (each == '\'' || each == '\\')
      text += '\\';
    text += each;
  }
  return text + "'";
}

std::string connect_text(const mysql_terms& terms) {
  std::string text = "user=" + quoted(terms.user) + " charset=utf8mb4";
  if (!terms.database.empty())
    text += " dbname=" + quoted(terms.database);
  if (!terms.password.empty())
    text += " password=" + quoted(terms.password);
  if (terms.socket.empty())
    text += " host=" + quoted(terms.host) + " port=" + std::to_string(terms.port);
  else
    text += " unix_socket=" + quoted(terms.socket);
  return text + " connect_timeout=" + std::to_string(terms.connect_timeout.count())
         + " read_timeout=" + std::to_string(terms.read_timeout.count())
         + " write_timeout=" + std::to_string(terms.write_timeout.count());
}

const char* remedy_of(unsigned code) {
  switch (code) {
  case 1044:
  case 1142:
  case 1143: return "the user lacks privileges on the database: GRANT ALL ON it";
  case 1045:
  case 1698: return "the server refuses this user or password: see db.user and db.password";
  case 1049: return "there is no such database, and the user may not create it";
  case 1130: return "the server lets nobody in from this host: see the user's host part";
  case 1040:
  case 1203:
  case 1226: return "the server has no connection left: raise max_connections";
  case 2002:
  case 2003: return "nobody answers there: see db.host and db.port, and whether the server runs";
  case 2005: return "no such host: see db.host";
  case 1290:
  case 1792:
  case 1836: return "the server is read-only: name the one that writes, or set read_only = OFF";
  case 1047:
    return "the node is not part of its cluster's majority: start the others, or name one that is "
           "(db.host)";
  case 1021:
  case 1114: return "the server's disk is full: make room";
  case 1024:
  case 1026:
  case 1030: return "the server's disk or storage engine fails: see the server's log";
  case 1037:
  case 1038:
  case 1041:
  case 1135: return "the server is out of memory or threads";
  case 1153: return "a row is larger than the server's max_allowed_packet: raise it";
  default: break;
  }
  switch (classify(code)) {
  case mysql_trouble::lost: return "the connection to the server was lost";
  case mysql_trouble::redo: return "the server gave the transaction up";
  case mysql_trouble::poison: return "the server refuses the row";
  default: return "the server refused";
  }
}

errc kind_of(mysql_trouble what) {
  switch (what) {
  case mysql_trouble::poison: return errc::invalid_input;
  case mysql_trouble::bug: return errc::internal;
  default: return errc::unavailable;
  }
}

bool is_clustered(soci::session& session) {
  std::string name, value;
  soci::indicator name_state = soci::i_null, value_state = soci::i_null;
  session << mysql_dialect::ask_clustered, soci::into(name, name_state),
    soci::into(value, value_state);
  return value_state == soci::i_ok && value == "ON";
}

} // namespace

std::string place_of(const mysql_terms& terms) {
  const std::string server = terms.socket.empty() ? terms.host + ":" + std::to_string(terms.port)
                                                  : terms.socket;
  return server + "/" + terms.database;
}

mysql_trouble classify(unsigned code) {
  switch (code) {
  case 1053: // shut down in mid-query
  case 1158:
  case 1159:
  case 1160:
  case 1161:
  case 1317: // interrupted
  case 1927: // killed
  case 2006:
  case 2013:
  case 2055: return mysql_trouble::lost;
  case 1020:
  case 1180:
  case 1205:
  case 1213:
  case 3101: return mysql_trouble::redo;
  case 1021: // of its disk, its memory, its threads
  case 1024:
  case 1026:
  case 1030:
  case 1037:
  case 1038:
  case 1041:
  case 1114:
  case 1135:
  case 1040:
  case 1047:
  case 1203:
  case 1226:
  case 2002:
  case 2003:
  case 2005: return mysql_trouble::back_off;
  case 1290:
  case 1792:
  case 1836: return mysql_trouble::not_writable;
  case 1048:
  case 1062:
  case 1153:
  case 1264:
  case 1292:
  case 1366:
  case 1406:
  case 1452: return mysql_trouble::poison;
  case 1044:
  case 1045:
  case 1049:
  case 1130:
  case 1142:
  case 1143:
  case 1698: return mysql_trouble::refused;
  default: return mysql_trouble::bug;
  }
}

mysql_problem caught_mysql_problem() {
  try {
    throw;
  } catch (const soci::mysql_soci_error& why) {
    const mysql_trouble kind = classify(why.err_num_);
    return {kind,
            why.err_num_,
            {kind_of(kind), std::string{remedy_of(why.err_num_)} + " (MySQL "
                              + std::to_string(why.err_num_) + ")"}};
  } catch (const damaged_row& why) {
    return {mysql_trouble::bug,
            0,
            {errc::corrupt, std::string{"a stored row is damaged: "} + why.what()}};
  } catch (const locked_payload& why) {
    return {mysql_trouble::bug, 0, {errc::corrupt, why.what()}};
  } catch (const soci::soci_error& why) {
    return {mysql_trouble::bug, 0, {errc::internal, why.get_error_message()}};
  } catch (const std::exception& why) {
    return {mysql_trouble::bug, 0, {errc::internal, why.what()}};
  }
}

std::unique_ptr<soci::session> open_mysql_session(const mysql_terms& terms) {
  auto session = std::make_unique<soci::session>(soci::mysql, connect_text(terms));
  *session << "SET NAMES utf8mb4 COLLATE utf8mb4_bin";
  // Below the read time-out: a wait for a lock ends with an error, not with a lost connection.
  *session << "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', "
              "time_zone = '+00:00', innodb_lock_wait_timeout = "
           << std::max<long long>(1, terms.read_timeout.count() / 2);
  *session << "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
  if (is_clustered(*session))
    *session << mysql_dialect::see_every_node;
  return session;
}

unsigned long connection_id(soci::session& session) {
  return ::mysql_thread_id(static_cast<soci::mysql_session_backend*>(session.get_backend())->conn_);
}

} // namespace sagas
