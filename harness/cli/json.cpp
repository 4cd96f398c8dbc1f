// SPDX-License-Identifier: GPL-2.0-only
#include "cli/json.hpp"

#include "report/campaign_text.hpp"
#include "report/switch_fate.hpp"
#include "scenario/sentences.hpp"

#include <fmt/format.h>

#include <span>

namespace cli {
namespace {

Json range_json(kernel::Range range)
{
    return range.end > 0 ? Json(scenario::range_text(range)) : Json();
}

// The phase of the run in which the violation is found.
std::string_view phase_of(std::span<const kernel::Event> events,
                          const properties::Violation &violation)
{
    auto phase = kernel::Phase::end;
    if (properties::found_at_end(violation.property))
        return kernel::phase_text(phase);
    for (std::size_t i = 0; i < events.size() && i <= violation.event; ++i)
        if (events[i].kind == kernel::EventKind::phase)
            phase = static_cast<kernel::Phase>(events[i].value);
    return kernel::phase_text(phase);
}

Json tally_json(const report::Tally &tally)
{
    Json json = Json::object();
    for (const auto &[id, runs] : tally.numbers)
        json[std::string(id)] = runs;
    return json;
}

} // namespace

Json finding_json(const report::Finding &finding)
{
    const properties::Violation &violation = finding.violation;
    const bool known = finding.judgement.status != properties::Status::violation;
    Json json;
    json["identity"] = properties::identity(violation);
    json["property"] = properties::property_row(violation.property).id;
    json["cause"] = violation.cause;
    json["status"] = properties::status_text(finding.judgement.status);
    json["exception"] = known ? Json(finding.judgement.id) : Json();
    json["object"] = violation.object ? Json(kernel::to_string(violation.object)) : Json();
    json["range"] = range_json(violation.range);
    json["detail"] = violation.detail;
    json["event"] = violation.event != properties::no_event ? Json(violation.event) : Json();
    json["other_event"] = violation.other != properties::no_event ? Json(violation.other) : Json();
    return json;
}

Json verdict_json(const report::Subject &subject, const report::Verdict &verdict)
{
    const scenario::Scenario &scenario = subject.scenario;
    Json json;
    json["revision"] = subject.revision.id;
    json["title"] = scenario.title;
    json["status"] = report::outcome_text(verdict.outcome);
    json["violations"] = Json::array();
    for (const report::Finding &finding : verdict.findings) {
        Json one = finding_json(finding);
        one["phase"] = phase_of(subject.result.events, finding.violation);
        json["violations"].push_back(std::move(one));
    }
    json["unowned"] = Json::array();
    for (const properties::Unowned &unowned : subject.result.unowned)
        json["unowned"].push_back({{"range", range_json(unowned.range)}, {"why", unowned.why}});
    json["faults_fired"] = subject.result.fault_fired;
    json["switches"] = Json::array();
    for (const report::SwitchFate fate : report::switch_fates(subject.result, scenario))
        json["switches"].push_back(report::fate_text(fate));
    if (subject.result.unmodelled != nullptr)
        add_unmodelled(json, subject.result.configurable, subject.result.unmodelled);
    json["events"] = subject.result.events.size();
    return json;
}

Json trace_json(const report::Subject &subject, report::Level level)
{
    const report::TaskNames tasks(subject.result.roles, subject.scenario);
    Json json = Json::array();
    for (const report::TraceLine &line :
         report::trace_lines(subject.result, subject.scenario, level))
        json.push_back({{"event", line.event}, {"task", tasks.of(line.task)}, {"text", line.text}});
    return json;
}

Json campaign_json(const run::Campaign &campaign)
{
    Json json;
    json["runs"] = campaign.runs;
    json["without_verdict"] = campaign.without_verdict;
    for (const report::Tally &operation : report::operation_tallies(campaign))
        json["operations"][std::string(operation.key)] = tally_json(operation);
    for (const report::Tally &tally : report::tallies(campaign))
        json[std::string(tally.key)] = tally_json(tally);
    return json;
}

void add_unmodelled(Json &json, bool configurable, std::string_view why)
{
    json[configurable ? "not_modelled" : "not_applicable"] = why;
}

std::string json_text(const Json &json)
{
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace cli
