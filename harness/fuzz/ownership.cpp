// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/ownership.hpp"

#include "drivers/registry.hpp"
#include "fuzz/collection.hpp"
#include "fuzz/failure.hpp"
#include "fuzz/wanted.hpp"
#include "fuzz/warm_up.hpp"
#include "kernel/assert.hpp"
#include "properties/exceptions.hpp"
#include "report/here.hpp"
#include "run/machine.hpp"
#include "scenario/wire.hpp"

#include <array>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace fuzz {
namespace {

// Lives as long as the process: its fibers and buffers serve every input. Carries nothing over.
run::Machine &machine()
{
    static run::Machine instance;
    return instance;
}

// Once a process: what is known needs no second mention.
void tell_open(const properties::Finding &finding)
{
    static std::array<bool, 64> told{};
    const auto rows = properties::exceptions();
    for (std::size_t i = 0; i < rows.size() && i < told.size(); ++i) {
        if (rows[i].id != finding.judgement.id || told[i])
            continue;
        told[i] = true;
        tell("open finding, going on: ", rows[i].id, properties::identity(finding.violation));
    }
}

// Once a process, too: the run has no verdict, so that nothing was looked at.
void tell_not_modelled(const char *why)
{
    static bool told = false;
    if (!std::exchange(told, true))
        tell("no verdict, going on: not modelled: ", why);
}

// What is looked for, whatever its status; nullptr: any violation.
Wanted *wanted()
{
    static std::optional<Wanted> instance = []() -> std::optional<Wanted> {
        const char *list = std::getenv("HMEMFUZZ_WANTED");
        if (list == nullptr)
            return std::nullopt;
        auto parsed = Wanted::parse(list);
        if (const auto *wrong = std::get_if<std::string>(&parsed)) {
            tell("HMEMFUZZ_WANTED: ", *wrong);
            std::_Exit(2);
        }
        return std::get<Wanted>(std::move(parsed));
    }();
    return instance ? &*instance : nullptr;
}

[[noreturn]] void fail(const drivers::Revision &revision, const scenario::Scenario &scenario,
                       const properties::Finding &finding)
{
    const properties::Violation &violation = finding.violation;
    tell_identity(properties::property_row(violation.property).id, violation.cause);
    tell("  what: ", report::here_text(violation, scenario));
    tell("  revision: ", revision.id);
    tell("  to read it: ", "hmemfuzz explain FILE --revision", revision.id);
    abort_on(violation.property);
}

} // namespace

void prepare_ownership(std::string_view revision_id)
{
    const drivers::Revision *revision = drivers::find_revision(revision_id);
    HARNESS_ASSERT(revision != nullptr);
    // What is wrong with them is told before anything runs.
    wanted();
    collection();
    if (steadiness_counts())
        warm_up(machine(), *revision);
}

int ownership(std::string_view revision_id, const std::uint8_t *data, std::size_t size,
              const RunObserver &observer)
{
    const drivers::Revision *revision = drivers::find_revision(revision_id);
    HARNESS_ASSERT(revision != nullptr);
    Wanted *looked_for = wanted();
    static std::uint64_t executions = 0;
    ++executions;
    static scenario::Scenario scenario; // one after the other in the same memory
    scenario::decode({data, size}, drivers::revision_ids(), scenario);
    const auto recording = observer ? run::Recording::everything : run::Recording::if_found;
    const run::Result result = machine().run(*revision, scenario, {.recording = recording});
    if (observer)
        observer(scenario, result);
    if (result.unmodelled != nullptr && result.configurable)
        tell_not_modelled(result.unmodelled);
    if (result.verdict.empty())
        return 0;
    for (const auto &finding : properties::findings(result.verdict, {scenario, result.events})) {
        if (looked_for != nullptr) {
            if (looked_for->see(finding, executions))
                fail(*revision, scenario, finding);
        } else if (finding.judgement.status == properties::Status::violation) {
            Collection *kept = collection();
            if (kept == nullptr)
                fail(*revision, scenario, finding);
            kept->keep(properties::identity(finding.violation), data, size);
        } else if (finding.judgement.status == properties::Status::open) {
            tell_open(finding);
        }
    }
    return 0;
}

} // namespace fuzz
