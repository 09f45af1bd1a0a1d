// One entry of the route table: how a request is routed, what it may carry, what is answered, and
// who answers. The routes and the OpenAPI document are both made from it, so they cannot differ.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/access/scope.hpp"
#include "http/access/shares.hpp"
#include "http/api.hpp"
#include "http/api_tasks.hpp"
#include "http/decision_jobs.hpp"
#include "http/problem.hpp"

namespace sagas::http {

struct api;

/// Answers now or later. Holds `api` no longer than it needs to.
using handling = std::function<void(const std::shared_ptr<api>&, const exchange_ptr&)>;

/// A query parameter or a header; what a path captures is described by its name alone.
struct parameter {
  enum class place { query, header };
  std::string name;
  std::string schema; ///< JSON Schema, as text
  std::string description;
  place in = place::query;
};

/// One possible good answer.
struct answer {
  int status = 200;
  std::string description;
  std::string schema; ///< name of a component; empty: no JSON
  std::string content_type = "application/json";
  bool many = false; ///< an array of them
};

/// What a request's body is.
struct body_format {
  std::string schema; ///< name of a component
  bool required = true;
  std::string content_type = "application/json";
  bool many = false;
};

struct endpoint {
  std::string method;
  std::string path;   ///< with {names}, e.g. "/api/v1/sagas/{saga_id}"
  std::string id;     ///< operationId
  needed_scope needs; ///< of the caller's key
  std::string tag;
  std::string summary;
  std::vector<parameter> parameters = {};
  std::vector<body_format> bodies = {};
  std::vector<answer> answers = {};
  std::vector<problem_type> problems = {};
  handling handle = {};
};

/// The state that all routes share.
struct api {
  explicit api(api_context what)
    : context(std::move(what)),
      shares(std::make_shared<start_shares>(context.limits.starts_shared)),
      tasks(context.limits.waiting_max) {}

  api_context context;
  std::vector<endpoint> endpoints;
  std::string openapi; ///< the document, made once
  const std::shared_ptr<start_shares> shares;
  task_thread tasks; ///< last, with the jobs: their threads use the rest
  decision_jobs jobs{*this};
};

/// Places for so many starts, to be held until they are durable. Null when the caller has to come
/// again later, and has been told so.
std::shared_ptr<start_place> take_place(api& self, const exchange_ptr& x, std::size_t count);

/// A handling that answers at once from what it reads.
handling reading(response (*answer_with)(api&, const request&));

// The parts of the table.
void add_start_endpoints(std::vector<endpoint>& to);
void add_batch_endpoints(std::vector<endpoint>& to);
void add_removal_endpoints(std::vector<endpoint>& to);
void add_reseal_endpoints(std::vector<endpoint>& to);
void add_attention_endpoints(std::vector<endpoint>& to);
void add_bulk_endpoints(std::vector<endpoint>& to);
void add_list_endpoints(std::vector<endpoint>& to);
void add_saga_endpoints(std::vector<endpoint>& to);
void add_command_endpoints(std::vector<endpoint>& to);
void add_undo_endpoints(std::vector<endpoint>& to);
void add_report_endpoints(std::vector<endpoint>& to);
void add_live_endpoints(std::vector<endpoint>& to);
void add_campaign_endpoints(std::vector<endpoint>& to);
void add_definition_endpoints(std::vector<endpoint>& to);
void add_participant_endpoints(std::vector<endpoint>& to);
void add_subscription_endpoints(std::vector<endpoint>& to);
void add_letter_endpoints(std::vector<endpoint>& to);
void add_schedule_endpoints(std::vector<endpoint>& to);
void add_service_endpoints(std::vector<endpoint>& to);

/// The whole table, in the order in which it is to be matched.
std::vector<endpoint> make_endpoints();

/// The names in braces of a path, in order.
std::vector<std::string> path_names(const std::string& path);

} // namespace sagas::http
