// SPDX-License-Identifier: GPL-2.0-only
#include "report/explain.hpp"

#include "report/sentence.hpp"
#include "report/state_map.hpp"
#include "report/trace.hpp"
#include "scenario/sentences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace report {
namespace {

using kernel::Event;
using kernel::EventKind;

// Where the pictures stand below the lines of the story.
constexpr std::size_t picture_indent = 10;

std::string heading(std::string_view text, Paint paint)
{
    return fmt::format("\n{}\n", paint(Tone::heading, text));
}

std::string introduction(const Subject &subject, const Verdict &verdict, Paint paint)
{
    const scenario::Scenario &scenario = subject.scenario;
    std::string text;
    if (!scenario.title.empty())
        text += paint(Tone::heading, scenario.title) + '\n';
    text += fmt::format("revision {} ({})\n", subject.revision.id, subject.revision.summary);
    const bool clean = verdict.outcome == Outcome::clean;
    text += paint(clean ? Tone::good : Tone::bad, headline(subject, verdict)) + '\n';
    return text;
}

std::string configuration(const scenario::Config &config)
{
    std::string text;
    const auto off = [&](bool enabled, std::string_view symbol) {
        if (!enabled)
            text += fmt::format("# {} is not set\n", symbol);
    };
    off(config.dev_dax_cxl, "CONFIG_DEV_DAX_CXL");
    off(config.dev_dax_hmem, "CONFIG_DEV_DAX_HMEM");
    off(config.cxl_region, "CONFIG_CXL_REGION");
    if (config.hmem_disable)
        text += "device_hmem.disable=1\n";
    if (config.kmem_remove_fails)
        text += "memory that kmem onlined cannot be taken offline again\n";
    const auto words = [&](std::string_view lead, const auto &table, const auto &set) {
        std::string list;
        for (const kernel::Word word : table)
            if (set.has(word))
                list += fmt::format("{}{}", list.empty() ? "" : ",", kernel::word_text(word));
        if (!list.empty())
            text += fmt::format("{}{}\n", lead, list);
    };
    words("built in: ", scenario::modules, config.builtin);
    words("driver_async_probe=", scenario::async_drivers, config.async_probe);
    return text;
}

std::string administration(const scenario::Scenario &scenario)
{
    std::string text;
    for (const scenario::Actor &actor : scenario.actors) {
        std::string operations;
        for (const scenario::Operation &operation : actor.operations)
            operations += (operations.empty() ? "" : "; ") + scenario::operation_text(operation);
        text += fmt::format("{}: {}\n", actor.name, operations.empty() ? "nothing" : operations);
    }
    for (const scenario::Switch &item : scenario.switches)
        text += fmt::format("switch: {}\n", scenario::switch_text(item, scenario.actors));
    for (const scenario::Fault &fault : scenario.faults)
        text += fmt::format("fault: {}\n", scenario::fault_text(fault, scenario.actors));
    return text;
}

// Index of the record that starts the epilogue, or the number of events.
std::size_t rest_of(const kernel::Events &events)
{
    const auto epilogue = std::find_if(events.begin(), events.end(), [](const Event &event) {
        return event.kind == EventKind::phase &&
               event.value == static_cast<std::int32_t>(kernel::Phase::epilogue);
    });
    return static_cast<std::size_t>(std::distance(events.begin(), epilogue));
}

// The unloading at the end is told only if a finding needs it.
bool needs_epilogue(const Verdict &verdict, std::size_t rest)
{
    return std::any_of(verdict.findings.begin(), verdict.findings.end(),
                       [&](const Finding &finding) {
                           return finding.violation.event > rest ||
                                  properties::found_at_end(finding.violation.property);
                       });
}

// The story with a picture of ownership wherever ownership changes.
class Story {
public:
    Story(const Subject &subject, const Verdict &verdict, const Columns &columns, Paint paint)
        : subject_(subject), verdict_(verdict), columns_(columns), paint_(paint),
          tasks_(subject.result.roles, subject.scenario)
    {}

    std::string tell(std::size_t end)
    {
        std::string text;
        const TraceLine *last = nullptr;
        const std::vector<std::size_t> extra = evidence(subject_, verdict_.findings);
        const auto lines = trace_lines(subject_.result, subject_.scenario, Level::story, extra);
        for (const TraceLine &line : lines) {
            if (line.event >= end)
                break;
            text += tell_line(line, last);
            last = &line;
        }
        return text;
    }

private:
    std::string tell_line(const TraceLine &line, const TraceLine *last)
    {
        const bool switched = last == nullptr || last->task != line.task;
        const std::string told = line_text(line, tasks_, switched);
        const Event &event = subject_.result.events[line.event];
        const auto found = std::find_if(
            verdict_.findings.begin(), verdict_.findings.end(),
            [&](const Finding &finding) { return finding.violation.event == line.event; });
        if (event.kind == EventKind::phase)
            return paint_(Tone::quiet, told) + '\n';
        std::string text =
            found == verdict_.findings.end() ? told + '\n' : paint_(Tone::bad, told) + mark(line);
        return changes_owner(event) ? text + pictures(line.event) : text;
    }

    // The numbers of the findings that this event shows.
    std::string mark(const TraceLine &line) const
    {
        std::string text;
        for (std::size_t i = 0; i < verdict_.findings.size(); ++i)
            if (verdict_.findings[i].violation.event == line.event)
                text += fmt::format("  <-- {}", i + 1);
        return text + '\n';
    }

    std::string pictures(std::size_t event)
    {
        advance(event);
        const Row before = owner_row(state_, columns_, "before");
        advance(event + 1);
        const std::array rows = {before, owner_row(state_, columns_, "after")};
        return range_map(columns_, rows, Legend::hidden, picture_indent);
    }

    void advance(std::size_t event)
    {
        for (; observed_ < event; ++observed_)
            state_.observe(subject_.result.events[observed_]);
    }

    const Subject &subject_;
    const Verdict &verdict_;
    const Columns &columns_;
    Paint paint_;
    TaskNames tasks_;
    RangeState state_;
    std::size_t observed_ = 0;
};

std::string ownership(const Subject &subject, const Columns &columns, std::size_t rest)
{
    const scenario::Layout &layout = subject.scenario.layout;
    RangeState state;
    for (std::size_t i = 0; i < rest; ++i)
        state.observe(subject.result.events[i]);
    std::vector<Row> rows = state_rows(layout, state);
    rows.push_back(owner_row(state, columns, "owner"));
    rows.back().note = "H: HMEM, C: CXL";
    std::string text = range_map(columns, rows, Legend::shown);
    const std::vector<Range> unowned = unowned_ranges(layout, state, columns);
    if (unowned.empty() && !layout.soft_reserved.empty())
        text += "Every Soft Reserved byte has an owner.\n";
    for (const Range &range : unowned)
        text += fmt::format("Nobody owns {}, {}.\n", range_text(range, subject.scenario),
                            size_text(range));
    return text;
}

} // namespace

std::string explain(const Subject &subject, const Verdict &verdict, Paint paint)
{
    const scenario::Scenario &scenario = subject.scenario;
    const kernel::Events &events = subject.result.events;
    const Columns columns = columns_of(scenario.layout, events);
    const std::size_t rest = rest_of(events);
    const bool epilogue = needs_epilogue(verdict, rest);

    std::string text = introduction(subject, verdict, paint);
    text += heading("Layout", paint);
    text += range_map(columns, layout_rows(scenario.layout));
    text += configuration(scenario.layout.config);
    if (columns.pieces().empty())
        text += "no ranges\n";

    text += heading("Administration", paint) + administration(scenario);

    text += heading("What happened (> another task, H: HMEM owns, C: CXL owns)", paint);
    text += Story(subject, verdict, columns, paint).tell(epilogue ? events.size() : rest);
    if (!epilogue && rest < events.size())
        text += fmt::format("        events {} to {}: the epilogue unloads everything\n", rest,
                            events.size() - 1);

    if (!verdict.findings.empty())
        text += heading("What is wrong", paint);
    for (std::size_t i = 0; i < verdict.findings.size(); ++i)
        text += finding_text(subject, verdict.findings[i], i + 1, false, paint);

    const bool rested = rest < events.size();
    text +=
        heading(rested ? "Who owns what at rest" : "Who owns what where the run stopped", paint);
    text += ownership(subject, columns, rest);
    return text + remarks_text(subject, paint);
}

} // namespace report
