// SPDX-License-Identifier: GPL-2.0-only
// The table of accepted and open outcomes, see exceptions.hpp. ML-n and V7-n are entries of the
// catalogue of the patch series; each row says in one sentence what it takes. V7-10, accepted too, has
// no row: a range whose resolution an unbind cancelled is no violation but `unowned`, information.
#include "properties/exceptions.hpp"

#include "properties/exception_predicates.hpp"

#include <algorithm>
#include <array>

namespace properties {
namespace {

using kernel::Event;
using kernel::EventKind;

constexpr std::array table = {
    ExceptionRow{
        Status::accepted, "ML-8",
        "A range that a region covers only in part is HMEM's as a whole: who comes second, "
        "HMEM or the region, is refused.",
        "692fb37395f3e_261c11002e@dwillia2-mobl4.notmuch", ml_8},
    ExceptionRow{Status::accepted, "ML-10",
                 "After the resolution HMEM takes nothing over when a region is torn down, until "
                 "cxl_acpi is unloaded, and gives nothing up when a region comes.",
                 "69bc81bfa9baa_7ee310093@dwillia2-mobl4.notmuch", ml_10},
    ExceptionRow{Status::accepted, "ML-17",
                 "After a reload of dax_hmem window ranges are left to CXL, even if HMEM had won.",
                 "69bc81bfa9baa_7ee310093@dwillia2-mobl4.notmuch", ml_17},
    ExceptionRow{Status::accepted, "ML-23", "The same by sysfs unbind and bind.",
                 "69bc81bfa9baa_7ee310093@dwillia2-mobl4.notmuch", ml_23},
    ExceptionRow{Status::open, "ML-13",
                 "A range or region that is not aligned to 2 MiB gets no dax region, silently.",
                 "derived from the code, not reported", ml_13},
    ExceptionRow{Status::open, "ML-16", "The DAX Regions tree ends one byte short of the last.",
                 "noticed on the list, cosmetic", ml_16},
    ExceptionRow{Status::open, "ML-7",
                 "A committed region that makes no dax device still counts as an owner.",
                 "derived from the code, not reported", ml_7},
    ExceptionRow{Status::open, "ML-11",
                 "Registering hmem_platform.0 again after a failure initialises an initialised "
                 "device.",
                 "derived from the code, not reported", ml_11},
    ExceptionRow{Status::open, "ML-12",
                 "dax_cxl ignores the result of its driver registration: it owns nothing, and "
                 "unregisters in exit what was never registered.",
                 "derived from the code, not reported", ml_12},
    ExceptionRow{Status::open, "ML-3",
                 "An error in the resolution's walk loses the ranges after it, without a retry.",
                 "derived from the code, not reported", ml_3},
    ExceptionRow{Status::open, "ML-4",
                 "An error in the probe's walk loses all ranges until a manual bind.",
                 "derived from the code, not reported", ml_4},
    ExceptionRow{Status::open, "ML-24",
                 "A range that sticks out of a window, or out of a region, of any state, is HMEM's "
                 "without usable memory: kmem cannot reserve it in iomem.",
                 "derived from the code; seen on v4, "
                 "20251203133552.15468-1-tomasz.wolski@fujitsu.com",
                 ml_24},
    ExceptionRow{Status::open, "no-target-node",
                 "HMEM keeps a range whose target node is unknown, which kmem refuses.",
                 "derived from the code: only dax_cxl asks for another node", no_target_node},
    ExceptionRow{Status::open, "no-memory-block",
                 "A range without a whole memory block in it has an owner and no usable memory.",
                 "derived from the code: 2 MiB suffice for a dax region, kmem needs a block",
                 no_memory_block},
    ExceptionRow{
        Status::open, "memory-left-online",
        "Memory that kmem cannot take offline stays in iomem for ever: the next owner finds "
        "it busy, and where a window was it looks like one.",
        "measured on a 6.12 kernel; its consequences are derived", memory_left_online},
    ExceptionRow{
        Status::open, "region-came-during-walk",
        "A region that commits while the resolution is between two of its ranges is refused its "
        "dax region because of the first, and the second is left to it.",
        "found by random scenarios: the walk decides range by range, a region is claimed as a whole",
        region_came_during_walk},
    ExceptionRow{
        Status::open, "region-claimed-first",
        "A region that commits when HMEM has decided to register a range, and whose child claims it before "
        "HMEM's does, has the range: HMEM's is refused.",
        "found by fuzzing: the decision is taken in a walk, the claim comes with a child's probe",
        region_claimed_first},
    ExceptionRow{
        Status::open, "region-going",
        "A resolution that comes while a region is being removed or reset does not find it, "
        "but HMEM is refused the range, which its dax region still has.",
        "found by fuzzing: cxl_region_contains_resource asks for the region, "
        "alloc_dax_region meets its dax region",
        region_was_going},
    ExceptionRow{
        Status::open, "zeroed-under-its-lock",
        "The resolution puts the last reference of a deleted device before it releases the "
        "device's lock.",
        "found by fuzzing: f8dc1bde1873 puts inside the guard, the release of 549b5c12ef06 "
        "zeroes the device",
        zeroed_under_its_lock},
    ExceptionRow{Status::open, "child-probe-fails",
                 "A child device whose probe fails for want of memory leaves its range unowned.",
                 "derived from the code: the result of a child's probe does not propagate",
                 child_probe_failed},
    ExceptionRow{Status::open, "window-withdrawn",
                 "A deferred range whose windows go before its resolution is registered by nobody.",
                 "found by fuzzing: hmem_register_cxl_device skips what touches no window",
                 window_withdrawn},
    ExceptionRow{Status::open, "window-published-late",
                 "A range that a probe registered while no window was there is registered again by "
                 "the resolution, which finds one.",
                 "found by fuzzing: hmem_register_cxl_device asks for windows and regions only",
                 window_published_late},
    ExceptionRow{Status::open, "built-in-init-fails",
                 "A built-in dax_hmem whose init failed has no queue, which dax_cxl flushes.",
                 "derived from the code: what is built in stays callable", built_in_init_failed},
};

} // namespace

std::span<const ExceptionRow> exceptions() { return table; }

Judgement judge_exception(const Violation &violation, const Circumstances &circumstances)
{
    // What the epilogue does to every run explains nothing.
    const auto epilogue = std::find_if(
        circumstances.events.begin(), circumstances.events.end(), [](const Event &event) {
            return event.kind == EventKind::phase &&
                   event.value == static_cast<std::int32_t>(kernel::Phase::epilogue);
        });
    const Circumstances before{circumstances.scenario, {circumstances.events.begin(), epilogue}};
    for (const ExceptionRow &row : table)
        if (row.takes(violation, before))
            return {row.status, row.id, row.source};
    return {};
}

std::vector<Finding> findings(std::span<const Violation> verdict,
                              const Circumstances &circumstances)
{
    std::vector<Finding> distinct;
    for (const Violation &violation : verdict) {
        const Judgement judgement = judge_exception(violation, circumstances);
        const auto known =
            std::find_if(distinct.begin(), distinct.end(), [&](const Finding &other) {
                return other.violation.property == violation.property &&
                       other.violation.cause == violation.cause;
            });
        if (known == distinct.end())
            distinct.push_back({violation, judgement});
        else if (judgement.status < known->judgement.status)
            *known = {violation, judgement};
    }
    return distinct;
}

std::string_view status_text(Status status)
{
    switch (status) {
    case Status::violation:
        return "violation";
    case Status::accepted:
        return "accepted";
    case Status::open:
        return "open";
    }
    return "";
}

} // namespace properties
