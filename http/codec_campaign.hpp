// The campaign dashboard on the wire: what a campaign asked for, and how far its newest saga got.
#pragma once

#include <vector>

#include "http/redaction.hpp"
#include "saga/queries.hpp"

namespace sagas::http {

void write_campaign(payload_writer& json, const campaign_view& what);

/// Totals over these campaigns.
void write_campaign_totals(json_writer& json, const std::vector<campaign_view>& campaigns);

} // namespace sagas::http
