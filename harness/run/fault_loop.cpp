// SPDX-License-Identifier: GPL-2.0-only
#include "run/fault_loop.hpp"

#include "kernel/assert.hpp"
#include "kernel/bounds.hpp"

#include <algorithm>
#include <limits>

namespace run {
namespace {

using kernel::Event;
using kernel::EventKind;

// Roles of the run's tasks, each once, in order of appearance.
std::vector<kernel::Role> roles_of(const Result &result)
{
    std::vector<kernel::Role> roles;
    for (const kernel::Role &role : result.roles)
        if (std::find(roles.begin(), roles.end(), role) == roles.end())
            roles.push_back(role);
    return roles;
}

template <class List> void make_set(List &list)
{
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
}

// The sites of the calls that the run made fail.
std::vector<kernel::Site> failed_sites(const Result &result)
{
    std::vector<kernel::Site> sites;
    for (const Event &event : result.events)
        if (event.kind == EventKind::fault)
            sites.push_back(static_cast<kernel::Site>(event.detail));
    make_set(sites);
    return sites;
}

Identities violations_of(const Result &result, const scenario::Scenario &scenario)
{
    Identities violations;
    for (const properties::Finding &finding :
         properties::findings(result.verdict, {scenario, result.events}))
        if (finding.judgement.status == properties::Status::violation)
            violations.push_back(properties::identity(finding.violation));
    make_set(violations);
    return violations;
}

FaultRun make_run(const Result &result, const scenario::Scenario &scenario)
{
    FaultRun run;
    run.fault = scenario.faults.back();
    for (const Event &event : result.events) {
        if (event.kind != EventKind::fault || event.extra != scenario.faults.size() - 1)
            continue;
        run.site = static_cast<kernel::Site>(event.detail);
        run.object = event.object;
        if (event.caller != nullptr)
            run.function = event.caller;
    }
    run.findings = properties::findings(result.verdict, {scenario, result.events});
    if (result.unmodelled != nullptr)
        run.unmodelled = result.unmodelled;
    else if (!result.completed && run.findings.empty())
        run.unmodelled = "the run stopped without a violation";
    return run;
}

} // namespace

bool FaultRun::is_trouble() const
{
    return !unmodelled.empty() ||
           std::any_of(findings.begin(), findings.end(), [](const properties::Finding &finding) {
               return finding.violation.property == properties::Property::step_budget;
           });
}

void fault_loop(Machine &machine, const drivers::Revision &revision,
                const scenario::Scenario &scenario,
                const std::function<void(const FaultRun &)> &found)
{
    HARNESS_ASSERT(scenario.faults.size() < bounds::faults_max);
    scenario::Scenario faulty = scenario;
    faulty.faults.emplace_back();
    const Result without = machine.run(revision, scenario);
    const Identities before = violations_of(without, scenario);
    for (const kernel::Role &role : roles_of(without)) {
        for (unsigned n = 1; n <= std::numeric_limits<std::uint16_t>::max(); ++n) {
            faulty.faults.back() = {
                .role = role, .nth = true, .count = static_cast<std::uint16_t>(n)};
            const Result result = machine.run(revision, faulty);
            if (!result.fault_fired.back())
                break;
            FaultRun run = make_run(result, faulty);
            run.before = before;
            found(run);
        }
    }
}

Identities known_violations(Machine &machine, const drivers::Revision &revision,
                            std::span<const scenario::Scenario> files)
{
    Identities known;
    for (const scenario::Scenario &file : files) {
        const Identities *expected = promised(file, revision.id);
        if (expected == nullptr)
            continue;
        for (const properties::Finding &finding : examine(machine, revision, file).findings) {
            const std::string identity = properties::identity(finding.violation);
            if (finding.judgement.status == properties::Status::violation &&
                std::find(expected->begin(), expected->end(), identity) != expected->end())
                known.push_back(identity);
        }
    }
    make_set(known);
    return known;
}

bool is_news(const properties::Finding &finding, const Identities &known)
{
    return finding.judgement.status == properties::Status::violation &&
           !std::binary_search(known.begin(), known.end(), properties::identity(finding.violation));
}

SiteViolations known_at_sites(Machine &machine, const drivers::Revision &revision,
                              std::span<const scenario::Scenario> files)
{
    SiteViolations known;
    for (const scenario::Scenario &file : files) {
        const Identities *expected = promised(file, revision.id);
        if (expected == nullptr || file.faults.empty())
            continue;
        const Result result = machine.run(revision, file);
        for (const std::string &identity : violations_of(result, file))
            if (std::find(expected->begin(), expected->end(), identity) != expected->end())
                for (const kernel::Site site : failed_sites(result))
                    known.push_back({identity, site});
    }
    make_set(known);
    return known;
}

bool is_news_at_site(const FaultRun &run, const properties::Finding &finding,
                     const SiteViolations &known)
{
    const std::string identity = properties::identity(finding.violation);
    return is_news(finding, run.before) &&
           !std::binary_search(known.begin(), known.end(), SiteViolation{identity, run.site});
}

} // namespace run
