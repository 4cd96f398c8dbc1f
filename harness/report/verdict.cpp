// SPDX-License-Identifier: GPL-2.0-only
#include "report/verdict.hpp"

#include "report/here.hpp"
#include "report/sentence.hpp"
#include "report/stuck.hpp"
#include "report/switch_fate.hpp"
#include "report/trace.hpp"
#include "scenario/sentences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace report {
namespace {

using kernel::Event;
using kernel::EventKind;
using properties::Property;
using properties::Status;

// Lines of the trace that lead to a finding, and the one that shows it.
constexpr std::size_t context_lines = 6;

// A reference of the code under test on what the violation is about.
bool is_reference(const Event &event, const properties::Violation &violation)
{
    const Property property = violation.property;
    return (property == Property::missing_put_device || property == Property::refcount_underflow ||
            property == Property::use_after_free) &&
           (event.kind == EventKind::device_get || event.kind == EventKind::device_put) &&
           event.detail == static_cast<std::uint8_t>(kernel::Holder::code) &&
           event.object == violation.object;
}

// Whether a line helps with a finding that no single event shows: it is about the same references,
// or about the same range.
bool is_about(const Subject &subject, const Finding &finding, const TraceLine &line)
{
    const properties::Violation &violation = finding.violation;
    const Event &event = subject.result.events[line.event];
    const bool begins =
        properties::found_at_end(violation.property) && line.event == violation.event;
    if (begins || is_reference(event, violation))
        return true;
    const bool references =
        event.kind == EventKind::device_get || event.kind == EventKind::device_put;
    return !references && violation.range.end > 0 && event.end > 0 &&
           violation.range.overlaps({event.start, event.end});
}

// Found when everything was over, not at a step of the run.
bool found_at_rest(const Subject &subject, const properties::Violation &violation)
{
    return properties::found_at_end(violation.property) ||
           violation.event == properties::no_event ||
           subject.result.events[violation.event].kind == EventKind::phase;
}

std::string context(const Subject &subject, const Finding &finding, Paint paint)
{
    const properties::Violation &violation = finding.violation;
    const bool at_rest = found_at_rest(subject, violation);
    std::vector<TraceLine> lines = trace_lines(subject.result, subject.scenario, Level::story,
                                               evidence(subject, {&finding, 1}));
    std::erase_if(lines, [&](const TraceLine &line) {
        const bool later =
            !properties::found_at_end(violation.property) && line.event > violation.event;
        return later || (at_rest && !is_about(subject, finding, line));
    });
    if (lines.size() > context_lines)
        lines.erase(lines.begin(), lines.end() - context_lines);

    const TaskNames tasks(subject.result.roles, subject.scenario);
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const bool switched = i == 0 || lines[i - 1].task != lines[i].task;
        const std::string line = line_text(lines[i], tasks, switched);
        const bool culprit = lines[i].event == violation.event;
        text += "       " + (culprit ? paint(Tone::bad, line) : line) + '\n';
    }
    return text;
}

Tone tone_of(Status status) { return status == Status::violation ? Tone::bad : Tone::known; }

// What the exception says and where it comes from, if the finding is known.
std::string exception_text(const properties::Judgement &judgement)
{
    if (judgement.status == Status::violation)
        return "";
    std::string_view sentence;
    for (const properties::ExceptionRow &row : properties::exceptions())
        if (row.id == judgement.id && row.status == judgement.status)
            sentence = row.sentence;
    return fmt::format("   Known: {}\n          {}\n", sentence, judgement.source);
}

// "event 17, task admin".
std::string place_text(const Subject &subject, std::size_t event)
{
    Processor processor;
    std::uint16_t task = no_task;
    for (std::size_t i = 0; i <= event && i < subject.result.events.size(); ++i)
        task = processor.observe(subject.result.events[i]);
    const std::string at = fmt::format("event {}", event);
    if (task == no_task)
        return at + ", at rest";
    return fmt::format("{}, task {}", at,
                       TaskNames(subject.result.roles, subject.scenario).of(task));
}

std::string where(const Subject &subject, const properties::Violation &violation)
{
    if (violation.event == properties::no_event)
        return "at the end of the run";
    const std::string place = place_text(subject, violation.event);
    return properties::found_at_end(violation.property)
               ? fmt::format("{}; found at the end of the run", place)
               : place;
}

// The other place of a ring of locks and waits, with what happens there.
std::string other_place(const Subject &subject, const properties::Violation &violation)
{
    if (violation.other == properties::no_event)
        return "";
    const std::array wanted = {violation.other};
    for (const TraceLine &line :
         trace_lines(subject.result, subject.scenario, Level::story, wanted))
        if (line.event == violation.other)
            return fmt::format("   And:   {}: {}\n", place_text(subject, violation.other),
                               line.text);
    return "";
}

} // namespace

std::vector<std::size_t> evidence(const Subject &subject, std::span<const Finding> findings)
{
    std::vector<std::size_t> events;
    for (std::size_t i = 0; i < subject.result.events.size(); ++i) {
        const Event &event = subject.result.events[i];
        if (std::any_of(findings.begin(), findings.end(), [&](const Finding &finding) {
                return finding.violation.event == i || finding.violation.other == i ||
                       is_reference(event, finding.violation);
            }))
            events.push_back(i);
    }
    return events;
}

std::string_view outcome_text(Outcome outcome)
{
    switch (outcome) {
    case Outcome::clean:
        return "clean";
    case Outcome::violation:
        return "violation";
    case Outcome::not_fired:
        return "not-fired";
    case Outcome::not_modelled:
        return "not-modelled";
    case Outcome::not_applicable:
        break;
    }
    return scenario::not_applicable;
}

std::size_t Verdict::count(Status status) const
{
    return static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(),
                      [&](const Finding &finding) { return finding.judgement.status == status; }));
}

Verdict judge(const Subject &subject, bool strict)
{
    Verdict verdict;
    const properties::Circumstances circumstances{subject.scenario, subject.result.events};
    verdict.findings = properties::findings(subject.result.verdict, circumstances);
    const std::size_t guilty = strict ? verdict.findings.size() : verdict.count(Status::violation);
    if (!subject.result.configurable)
        verdict.outcome = Outcome::not_applicable;
    else if (subject.result.unmodelled != nullptr)
        verdict.outcome = Outcome::not_modelled;
    else if (guilty > 0)
        verdict.outcome = Outcome::violation;
    else if (!subject.result.all_faults_fired())
        verdict.outcome = Outcome::not_fired;
    return verdict;
}

std::string status_text(const properties::Judgement &judgement)
{
    const std::string_view status = properties::status_text(judgement.status);
    return judgement.status == Status::violation ? std::string(status)
                                                 : fmt::format("{} ({})", status, judgement.id);
}

std::string headline(const Subject &subject, const Verdict &verdict)
{
    std::string text = fmt::format("{}: ", subject.revision.id);
    if (verdict.outcome == Outcome::not_modelled)
        return text + fmt::format("not modelled: {}", subject.result.unmodelled);
    if (verdict.outcome == Outcome::not_applicable)
        return text + fmt::format("n/a: {}", subject.result.unmodelled);
    std::string counts;
    for (const Status status : {Status::violation, Status::accepted, Status::open}) {
        const std::size_t count = verdict.count(status);
        const bool several = status == Status::violation && count > 1;
        if (count > 0)
            counts += fmt::format("{}{} {}{}", counts.empty() ? "" : ", ", count,
                                  properties::status_text(status), several ? "s" : "");
    }
    if (verdict.count(Status::violation) > 0)
        return text + counts;
    text += outcome_text(verdict.outcome);
    return counts.empty() ? text : text + fmt::format(" ({})", counts);
}

std::string finding_text(const Subject &subject, const Finding &finding, std::size_t number,
                         bool with_context, Paint paint)
{
    const properties::Violation &violation = finding.violation;
    const properties::PropertyRow &property = properties::property_row(violation.property);
    const Status status = finding.judgement.status;
    std::string text = fmt::format("{}. {}  [{}]\n", number,
                                   paint(tone_of(status), properties::identity(violation)),
                                   paint(tone_of(status), status_text(finding.judgement)));
    // The bug the rule was made for, which need not be this one.
    text += fmt::format("   Rule:  {}\n          (source of the rule: {})\n", property.sentence,
                        property.source);
    text += exception_text(finding.judgement);
    text += fmt::format("   Here:  {}\n", here_text(violation, subject.scenario));
    text += fmt::format("   Where: {}\n", where(subject, violation));
    text += other_place(subject, violation);
    if (violation.property == Property::deadlock || violation.property == Property::self_deadlock)
        text += stuck_text(subject.result, subject.scenario);
    return with_context ? text + context(subject, finding, paint) : text;
}

std::string remarks_text(const Subject &subject, Paint paint)
{
    std::string text;
    const scenario::Scenario &scenario = subject.scenario;
    if (!subject.result.completed && subject.result.unmodelled == nullptr)
        text += fmt::format("The run stopped at event {}: what would follow is not judged.\n",
                            subject.result.events.size() - 1);
    for (std::size_t i = 0; i < scenario.faults.size(); ++i)
        if (i < subject.result.fault_fired.size() && !subject.result.fault_fired[i])
            text +=
                paint(Tone::known, "fault never fired") +
                fmt::format(": {}\n", scenario::fault_text(scenario.faults[i], scenario.actors));
    text += switch_notes(subject.result, scenario, paint);
    for (const properties::Unowned &unowned : subject.result.unowned)
        text += fmt::format("unowned: {}: {}\n", range_text(unowned.range, scenario), unowned.why);
    return text;
}

std::string verdict_text(const Subject &subject, const Verdict &verdict, Paint paint)
{
    std::string text;
    for (std::size_t i = 0; i < verdict.findings.size(); ++i)
        text += finding_text(subject, verdict.findings[i], i + 1, true, paint) + '\n';
    text += remarks_text(subject, paint);
    const bool clean = verdict.outcome == Outcome::clean;
    return text + paint(clean ? Tone::good : Tone::bad, headline(subject, verdict)) + '\n';
}

} // namespace report
