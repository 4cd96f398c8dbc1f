// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/revisions_agree.hpp"

#include "fuzz/failure.hpp"
#include "fuzz/warm_up.hpp"
#include "kernel/module.hpp"
#include "run/machine.hpp"
#include "scenario/wire.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

namespace fuzz {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Word;
using scenario::Scenario;

// ---------------------------------------------------------------- where stories part

bool shows(const Story &story, std::string_view lead)
{
    return std::any_of(story.identities.begin(), story.identities.end(),
                       [&](const std::string &identity) { return identity.starts_with(lead); });
}

bool probed_after_resolution(const Scenario &, const Story &left, const Story &)
{
    bool resolved = false;
    for (const Event &event : left.events) {
        if (event.kind != EventKind::walk_begin)
            continue;
        const bool by_the_work = event.value == 1;
        if (resolved && !by_the_work)
            return true;
        resolved = resolved || by_the_work;
    }
    return false;
}

bool second_run_registers_again(const Scenario &, const Story &left, const Story &)
{
    return shows(left, "repeated-resolution:");
}

bool second_device(const Scenario &scenario, const Story &, const Story &)
{
    return scenario.layout.hmem_platform_1.has_value();
}

bool resolves_during_unload(const Scenario &, const Story &left, const Story &)
{
    bool going = false;
    for (const Event &event : left.events) {
        if (event.kind == EventKind::module_state && event.object.word == Word::dax_hmem)
            going = event.value == static_cast<std::int32_t>(kernel::module_state::going);
        if (going && event.kind == EventKind::walk_begin && event.value == 1)
            return true;
    }
    return false;
}

bool right_is_not_configurable(const Scenario &, const Story &, const Story &right)
{
    return !right.configurable;
}

// clang-format off: one row a difference
constexpr AllowedDifference table[] = {
    {{"v7", "v7-reviewed"}, "uninitialized-work:cxl_dax_region_driver_register", nullptr,
     "V7-1: flush before any hmem_platform device probed; the static work item is the remedy",
     "abuOLq6bMPa0nNAL@aschofie-mobl2.lan"},
    {{"v7", "v7-reviewed"}, "uninitialized-work:dax_hmem_exit", nullptr,
     "V7-2: flush at exit of what was never set up; either remedy is one",
     "abuOLq6bMPa0nNAL@aschofie-mobl2.lan"},
    {{"v7-gated-exit", "v7-reviewed"}, "uninitialized-work:cxl_dax_region_driver_register", nullptr,
     "V7-1: the gate at exit is no remedy against it",
     "abuOLq6bMPa0nNAL@aschofie-mobl2.lan"},
    {{"v7-reviewed", "v8"}, {}, probed_after_resolution,
     "V7-3: a probe after the resolution registers what touches a window; from v8 on CXL wins",
     "69bc81bfa9baa_7ee310093@dwillia2-mobl4.notmuch"},
    {{"v7-reviewed", "v8"}, {}, second_run_registers_again,
     "V7-5: the work runs twice and registers every range again",
     "20260322195343.206900-1-Smita.KoralahalliChannabasappa@amd.com"},
    {{"v8", "mainline"}, {}, second_device,
     "V8-3: flag and work item belong to one device; from f8dc1bde1873 on to each",
     "f8dc1bde1873"},
    {{"v8", "mainline"}, {}, resolves_during_unload,
     "V8-6: v8 flushes first and unbinds then, so that a pending resolution is spent on an unload; "
     "mainline unbinds first, and the next load resolves",
     "UPSTREAM.md 2.6, 2.7"},
    {{"v8", "mainline"}, {}, right_is_not_configurable,
     "K-2: DEV_DAX_HMEM=y with CXL_ACPI or CXL_PCI as a module is no longer possible",
     "1eaef15b2349"},
};
// clang-format on

// ---------------------------------------------------------------- comparison

// Lives as long as the process and carries nothing over.
run::Machine &machine()
{
    static run::Machine instance;
    return instance;
}

bool same_pair(const RevisionPair &left, const RevisionPair &right)
{
    return left.left == right.left && left.right == right.right;
}

bool left_may_show(const RevisionPair &pair, std::string_view identity)
{
    return std::any_of(std::begin(table), std::end(table), [&](const AllowedDifference &row) {
        return same_pair(row.pair, pair) && row.identity == identity;
    });
}

[[noreturn, gnu::noinline]] void revisions_disagree(const RevisionPair &pair,
                                                    const std::string &what)
{
    tell_identity("revisions-agree",
                  std::string(pair.left) + "," + std::string(pair.right) + ":" + what);
    tell("  to read it: ", "hmemfuzz explain FILE --revision", pair.left);
    tell("         and: ", "hmemfuzz explain FILE --revision", pair.right);
    std::abort();
}

} // namespace

std::span<const AllowedDifference> allowed_differences() { return table; }

Story sequential_story(const drivers::Revision &revision, Scenario scenario)
{
    scenario.switches.clear();
    scenario.faults.clear();
    const run::Result result = machine().run(revision, scenario);
    Story story;
    story.configurable = result.configurable;
    story.modelled = result.unmodelled == nullptr || !result.configurable;
    for (const properties::Violation &violation : result.verdict)
        story.identities.push_back(properties::identity(violation));
    std::sort(story.identities.begin(), story.identities.end());
    story.identities.erase(std::unique(story.identities.begin(), story.identities.end()),
                           story.identities.end());
    story.owners = properties::owners_at_rest(result.events);
    story.events = result.events;
    return story;
}

std::string difference(const RevisionPair &pair, const Scenario &scenario, const Story &left,
                       const Story &right)
{
    if (!left.modelled || !right.modelled)
        return {}; // no verdict to compare
    for (const AllowedDifference &row : table)
        if (same_pair(row.pair, pair) && row.parts != nullptr && row.parts(scenario, left, right))
            return {};
    if (left.configurable != right.configurable)
        return "configuration";
    std::vector<std::string> only;
    std::set_symmetric_difference(left.identities.begin(), left.identities.end(),
                                  right.identities.begin(), right.identities.end(),
                                  std::back_inserter(only));
    for (const std::string &identity : only) {
        const bool on_left =
            std::binary_search(left.identities.begin(), left.identities.end(), identity);
        if (!on_left || !left_may_show(pair, identity))
            return identity;
    }
    return left.owners == right.owners ? std::string() : "owners";
}

void prepare_revisions_agree()
{
    if (!steadiness_counts())
        return;
    for (const drivers::Revision &revision : drivers::revisions())
        warm_up(machine(), revision);
}

int revisions_agree(const std::uint8_t *data, std::size_t size)
{
    const Scenario scenario = scenario::decode({data, size}, drivers::revision_ids());
    std::vector<std::pair<std::string_view, Story>> stories; // a revision runs once
    const auto story_of = [&](std::string_view id) -> const Story & {
        for (const auto &[known, story] : stories)
            if (known == id)
                return story;
        return stories.emplace_back(id, sequential_story(*drivers::find_revision(id), scenario))
            .second;
    };
    stories.reserve(2 * agreeing_revisions.size());
    for (const RevisionPair &pair : agreeing_revisions) {
        const std::string what =
            difference(pair, scenario, story_of(pair.left), story_of(pair.right));
        if (!what.empty())
            revisions_disagree(pair, what);
    }
    return 0;
}

} // namespace fuzz
