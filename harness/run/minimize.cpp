// SPDX-License-Identifier: GPL-2.0-only
#include "run/minimize.hpp"

#include "kernel/assert.hpp"
#include "run/parts.hpp"
#include "run/simpler.hpp"

#include <algorithm>
#include <utility>

namespace run {
namespace {

using scenario::Scenario;

bool shows_one(std::span<const properties::Finding> findings, const Target &target)
{
    return std::any_of(findings.begin(), findings.end(), [&](const properties::Finding &finding) {
        return finding.judgement.status == target.judgement.status &&
               finding.judgement.id == target.judgement.id &&
               properties::identity(finding.violation) == target.identity;
    });
}

class Minimizer {
public:
    Minimizer(Machine &machine, const drivers::Revision &revision, const Scenario &scenario,
              const Keeps &keeps, const MinimizeOptions &options)
        : machine_(machine), revision_(revision), keeps_(keeps), options_(options),
          current_(scenario)
    {}

    Minimized minimize();

private:
    Machine &machine_;
    const drivers::Revision &revision_;
    const Keeps &keeps_;
    const MinimizeOptions &options_;
    Scenario current_;
    std::size_t runs_ = 0;
    MinimizeEnd end_ = MinimizeEnd::minimal;

    bool may_run();
    bool attempt(Scenario candidate);
    bool drop(const Part &part);
    std::size_t simplify(const Simplification &simplification);
};

bool Minimizer::may_run()
{
    if (end_ != MinimizeEnd::minimal)
        return false;
    if (runs_ >= options_.runs_max)
        end_ = MinimizeEnd::runs_max;
    else if (options_.go_on && !options_.go_on(runs_))
        end_ = MinimizeEnd::stopped;
    return end_ == MinimizeEnd::minimal;
}

// Takes over the candidate if it still has what is to stay.
bool Minimizer::attempt(Scenario candidate)
{
    if (!may_run())
        return false;
    ++runs_;
    if (!keeps_(candidate))
        return false;
    current_ = std::move(candidate);
    return true;
}

bool Minimizer::drop(const Part &part)
{
    return drop_parts(part, current_,
                      [&](Scenario candidate) { return attempt(std::move(candidate)); });
}

// How often it made something simpler.
std::size_t Minimizer::simplify(const Simplification &simplification)
{
    std::size_t changes = 0;
    for (bool changed = true; changed && may_run();) {
        changed = false;
        ++runs_;
        const Result result = machine_.run(revision_, current_);
        for (Scenario &candidate : simplification.candidates({current_, result}))
            if (attempt(std::move(candidate))) {
                changed = true;
                ++changes;
                break;
            }
    }
    return changes;
}

Minimized Minimizer::minimize()
{
    Minimized report;
    for (const Part &part : parts())
        report.dropped.push_back({part.name, part.count(current_), 0});
    for (const Simplification &simplification : simplifications())
        report.simplified.push_back({simplification.name});
    const auto simplify_by = [&](std::size_t i) {
        const std::size_t changes = simplify(simplifications()[i]);
        report.simplified[i].after += changes;
        return changes > 0;
    };

    simplify_by(0); // names first: they stand when parts are dropped
    for (bool changed = true; changed && end_ == MinimizeEnd::minimal;) {
        changed = false;
        for (const Part &part : parts())
            changed = drop(part) || changed;
        for (std::size_t i = 0; i < simplifications().size(); ++i)
            changed = simplify_by(i) || changed;
    }
    for (std::size_t i = 0; i < parts().size(); ++i)
        report.dropped[i].after = parts()[i].count(current_);
    report.scenario = std::move(current_);
    report.runs = runs_;
    report.end = end_;
    return report;
}

} // namespace

Target target_of(const drivers::Revision &revision, const properties::Finding &finding)
{
    return {&revision, properties::identity(finding.violation), finding.judgement};
}

bool shows(Machine &machine, const Scenario &scenario, std::span<const Target> targets)
{
    while (!targets.empty()) {
        const drivers::Revision *revision = targets.front().revision;
        const Result result = machine.run(*revision, scenario);
        if (result.verdict.empty())
            return false;
        const auto findings = properties::findings(result.verdict, {scenario, result.events});
        for (; !targets.empty() && targets.front().revision == revision;
             targets = targets.subspan(1))
            if (!shows_one(findings, targets.front()))
                return false;
    }
    return true;
}

Minimized minimize(Machine &machine, const Scenario &scenario, std::span<const Target> targets,
                   const MinimizeOptions &options)
{
    HARNESS_ASSERT(!targets.empty() && shows(machine, scenario, targets));
    Scenario start = scenario;
    start.revision = targets.front().revision->id;
    std::erase_if(start.shows, [&](const scenario::Shown &shown) {
        return std::none_of(targets.begin(), targets.end(), [&](const Target &target) {
            return std::find(shown.by.begin(), shown.by.end(), target.identity) != shown.by.end();
        });
    });
    start.expect.clear();
    start.owners.clear();
    start.open = false;
    const auto shows_targets = [&](const Scenario &candidate) {
        return shows(machine, candidate, targets);
    };
    return minimize(machine, *targets.front().revision, start, shows_targets, options);
}

Minimized minimize(Machine &machine, const drivers::Revision &revision, const Scenario &scenario,
                   const Keeps &keeps, const MinimizeOptions &options)
{
    return Minimizer(machine, revision, scenario, keeps, options).minimize();
}

} // namespace run
