// SPDX-License-Identifier: GPL-2.0-only
#include "report/explore_text.hpp"

#include "report/verdict.hpp"
#include "scenario/sentences.hpp"

#include <fmt/format.h>

namespace report {
namespace {

std::string plural(std::uint64_t count, std::string_view word)
{
    const bool es = word.ends_with("ch");
    return fmt::format("{} {}{}", count, word, count == 1 ? "" : es ? "es" : "s");
}

std::string bounds_text(const Exploration &exploration)
{
    const std::string faults = plural(exploration.faults_max, "fault");
    const std::string shard =
        exploration.shards > 1
            ? fmt::format(" (part {} of {})", exploration.shard + 1, exploration.shards)
            : "";
    if (exploration.explored.exhausted || exploration.explored.reduced)
        return fmt::format("any number of switches and {}{}", faults, shard);
    return fmt::format("{} and {}{}", plural(exploration.switches_max, "switch"), faults, shard);
}

std::string row_text(const Exploration &exploration, std::size_t index, Paint paint)
{
    const run::ExploredRow &row = exploration.explored.rows[index];
    const scenario::Scenario &shown = exploration.shown[index];
    const bool news = row.finding.judgement.status == properties::Status::violation;
    std::string text = fmt::format(
        "{}  [{}]  on {}\n", paint(Tone::heading, properties::identity(row.finding.violation)),
        paint(news ? Tone::bad : Tone::known, status_text(row.finding.judgement)),
        plural(row.runs, "schedule"));
    if (shown.switches.empty() && shown.faults.empty())
        return text + "    on the default schedule\n";
    for (const scenario::Switch &item : shown.switches)
        text += fmt::format("    {}\n", scenario::switch_text(item, shown.actors));
    for (const scenario::Fault &fault : shown.faults)
        text += fmt::format("    fault {}\n", scenario::fault_text(fault, shown.actors));
    return text;
}

// What others ran took nobody here any time.
std::string rate_text(const Exploration &exploration)
{
    return exploration.seconds > 0
               ? fmt::format("{:.0f} executions a second, ", exploration.executions_a_second())
               : "";
}

} // namespace

double Exploration::executions_a_second() const
{
    const auto runs =
        static_cast<double>(explored.schedules() + explored.pruned + explored.repeated);
    return seconds > 0 ? runs / seconds : 0;
}

std::string completeness(const Exploration &exploration)
{
    const run::Explored &explored = exploration.explored;
    const std::string bounds = bounds_text(exploration);
    if (explored.stopped)
        return fmt::format("NOT complete within {}: stopped before the end", bounds);
    if (explored.out_of_reach > 0)
        return fmt::format("NOT complete within {}: {} choices come too late for any switch",
                           bounds, explored.out_of_reach);
    return "complete within " + bounds;
}

std::string exploration_text(const Exploration &exploration, Paint paint)
{
    const run::Explored &explored = exploration.explored;
    std::string text;
    for (std::size_t i = 0; i < explored.rows.size(); ++i)
        text += row_text(exploration, i, paint);
    if (explored.unmodelled > 0)
        text += fmt::format("{} without a verdict, the first: {}\n",
                            plural(explored.unmodelled, "schedule"), explored.why_unmodelled);
    if (explored.unfired > 0)
        text += fmt::format("on {} a fault of the file never fires\n",
                            plural(explored.unfired, "schedule"));
    text += "schedules by their number of switches:";
    for (std::size_t i = 0; i < explored.by_switches.size(); ++i)
        text += fmt::format("{} {}: {}", i == 0 ? "" : ",", i, explored.by_switches[i]);
    text += fmt::format(
        "\nexplored {}: {} came to an end, {} were blocked; pruned {}{}; deepest {}; {}; {}{} more on "
        "the way\n",
        explored.schedules(), explored.complete, explored.blocked, explored.pruned,
        explored.reduced ? "" : " (no reduction)", plural(explored.deepest, "step"),
        plural(explored.final_states.size(), "final state"), rate_text(exploration),
        explored.repeated);
    const std::size_t news = explored.count(properties::Status::violation);
    const std::string what =
        !explored.rows.empty() ? fmt::format("{}, {} open, {} accepted", plural(news, "violation"),
                                             explored.count(properties::Status::open),
                                             explored.count(properties::Status::accepted))
        : explored.says_nothing() ? "none of them with a verdict on what the file says"
                                  : "nothing shows on any of them";
    const bool good =
        news == 0 && explored.unmodelled == 0 && !explored.says_nothing() && explored.is_whole();
    return text +
           paint(good ? Tone::good : Tone::bad,
                 fmt::format("{}: {}: {}, {}", exploration.revision.id, completeness(exploration),
                             plural(explored.schedules(), "schedule"), what)) +
           '\n';
}

} // namespace report
