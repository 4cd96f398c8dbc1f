// SPDX-License-Identifier: GPL-2.0-only
// What must hold. Properties read typed facts (events and a read-only view of the simulated kernel),
// never trace text, and know nothing of drivers but what a revision declares to intend.
#pragma once

#include "drivers/registry.hpp"
#include "kernel/event.hpp"
#include "kernel/range.hpp"
#include "kernel/record_set.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kernel {
struct State;
}

namespace properties {

// Columns: identifier, stable text id, one sentence, source, when it is checked.
#define PROPERTIES(X)                                                                              \
    X(uninitialized_work, "uninitialized-work",                                                    \
      "A work item is flushed, cancelled or queued that has no function or an unlinked entry.",    \
      "V7-1: abuOLq6bMPa0nNAL@aschofie-mobl2.lan", "at the call")                                  \
    X(work_outlives_module, "work-outlives-module",                                                \
      "A work function is pending, or runs, when its module's text is gone.",                      \
      "V8-1: 20260323181331.000018f2@huawei.com", "when text is freed")                            \
    X(work_outlives_object, "work-outlives-object",                                                \
      "The object around a work item is freed while the item is pending or runs elsewhere.",       \
      "the kernel's rules of work items", "when the object is freed")                              \
    X(dead_workqueue, "dead-workqueue",                                                            \
      "A queue that is NULL, draining or destroyed is queued to or flushed.",                      \
      "the kernel's rules of workqueues", "at the call")                                           \
    X(use_after_free, "use-after-free", "An object is touched after it was freed.",                \
      "the kernel's rules of object lifetime", "at the access")                                    \
    X(refcount_underflow, "refcount-underflow",                                                    \
      "A reference is put that nobody holds, or taken on a count of zero.",                        \
      "the kernel's rules of reference counts", "at the call")                                     \
    X(bad_unlock, "bad-unlock", "A lock is released by a task that does not hold it.",             \
      "the kernel's rules of locks", "at the call")                                                \
    X(missing_put_device, "missing-put-device",                                                    \
      "A device reference taken by the code under test is never put.",                             \
      "V8-1: 403241c1-36f7-4fd6-bc99-d7dbf30e58f4@amd.com", "at the end")                          \
    X(leaked_resource, "leaked-resource",                                                          \
      "A memregion id, dax range, managed resource, device, queue or allocation is left.",         \
      "the kernel's rules of object lifetime", "at the end")                                       \
    X(stray_devres, "stray-devres", "A managed resource is added to an unbound device.",           \
      "V1-7: 69b224bf2fd12_2132100b8@dwillia2-mobl4.notmuch", "at the call")                       \
    X(double_registration, "double-registration", "HMEM registers one range twice.",               \
      "V7-5: 20260322195343.206900-1-Smita.KoralahalliChannabasappa@amd.com",                      \
      "at the registration")                                                                       \
    X(double_claim, "double-claim", "One address is in two dax regions.",                          \
      "34f80bb969cc: dax regions exclude each other", "at the claim")                              \
    X(repeated_resolution, "repeated-resolution",                                                  \
      "A device's ranges are resolved by more than one walk in its life.",                         \
      "V7-5: 20260322195343.206900-1-Smita.KoralahalliChannabasappa@amd.com", "at the walk")       \
    X(wrong_owner, "wrong-owner",                                                                  \
      "A visit registers or drops a range against the revision's declared rule.",                  \
      "69bc81bfa9baa_7ee310093@dwillia2-mobl4.notmuch", "at the visit")                            \
    X(lost_range, "lost-range", "At rest the owner that a range's last visit names is missing.",   \
      "P-1: 687fef9ec0dd9_137e6b100c8@dwillia2-xfh.jf.intel.com.notmuch", "at rest")               \
    X(unusable_range, "unusable-range",                                                            \
      "At rest an owner has the dax region of a range, but its memory could not be put to use.",   \
      "ML-24: V4-7, 20251203133552.15468-1-tomasz.wolski@fujitsu.com", "at rest")                  \
    X(early_cxl_registration, "early-cxl-registration",                                            \
      "dax_cxl registers its driver before the end of a resolution that was queued when its "      \
      "flush began, or, without one, when its work did.",                                          \
      "V6-2, and 69bc81bfa9baa_7ee310093@dwillia2-mobl4.notmuch", "at the registration")           \
    X(flush_in_probe, "flush-in-probe",                                                            \
      "A probe, or the cleanup of one that failed, waits for a work item, a queue or all probes.", \
      "V5-5: 697acf78acf70_3095100c@dwillia2-mobl4.notmuch; V6-1", "at the call")                  \
    X(wait_under_lock, "wait-under-lock",                                                          \
      "A task waits for probes under a device lock, or for what takes a lock that it holds; what " \
      "is flush-in-probe is not reported again.",                                                  \
      "V6-8: wait first, lock second; the kernel's rules of device locks", "at the call")          \
    X(lock_order, "lock-order",                                                                    \
      "Locks are taken, and waits made under them, in orders that close to a ring of more than a " \
      "lock and one wait, if only at different times.",                                            \
      "lockdep's rules, device locks included", "at the lock or call")                             \
    X(self_deadlock, "self-deadlock",                                                              \
      "A task takes a lock it holds, or waits for its own work function, queue or probe; the "     \
      "deadlock in which it must end is not reported beside it.",                                  \
      "the kernel's rules of locks and work items", "at the call")                                 \
    X(deadlock, "deadlock", "Nothing can run and some task waits, none of them for itself.",       \
      "V6-1: fccb20c6-545b-4eee-b0ed-3b58f228f089@amd.com", "at rest")                             \
    X(driver_core_misuse, "driver-core-misuse",                                                    \
      "The driver core is used against its rules: it would WARN, oops or hang.",                   \
      "the kernel's rules of devices and drivers", "at the call")                                  \
    X(warn, "warn", "Any other condition on which the kernel would WARN or oops.",                 \
      "the kernel's own WARN and oops", "at the call")                                             \
    X(step_budget, "step-budget", "The run does not come to rest.", "a run must come to rest",     \
      "at every step")

enum class Property : std::uint8_t {
#define X(id, text, sentence, source, when) id,
    PROPERTIES(X)
#undef X
        count_,
};

inline constexpr std::size_t property_count = static_cast<std::size_t>(Property::count_);

struct PropertyRow {
    std::string_view id;
    std::string_view sentence;
    std::string_view source;
    std::string_view when;
};

const PropertyRow &property_row(Property property);

// Where no event explains a violation (one that is found at the end).
inline constexpr std::size_t no_event = ~std::size_t{0};

// What exactly is missing where a range is lost.
namespace lost_detail {
inline constexpr std::string_view hmem_has_none =
    "HMEM must own the range and has no dax region of it";
inline constexpr std::string_view cxl_has_none =
    "CXL must own the range and has no dax region of it";
inline constexpr std::string_view left_to_cxl =
    "the range was left to CXL, which has no region for it";
inline constexpr std::string_view region_removed =
    "the code removed the region that was committed here, and nobody has the range";
inline constexpr std::string_view never_resolved = "the range was deferred and never resolved";
} // namespace lost_detail

// What a visit did against the rule.
namespace wrong_detail {
inline constexpr std::string_view registers = "HMEM registers a range that the rule leaves to CXL";
inline constexpr std::string_view drops = "HMEM drops a range that the rule gives to it";
} // namespace wrong_detail

// Why the memory of a dax region is of no use.
namespace unusable_detail {
inline constexpr std::string_view no_node = "its target node is unknown";
inline constexpr std::string_view no_block = "it holds no whole memory block";
inline constexpr std::string_view busy = "its addresses could not be reserved in iomem";
inline constexpr std::string_view in_part = "only a part of it became System RAM";
inline constexpr std::string_view not_given = "kmem was given nothing of it";
} // namespace unusable_detail

struct Violation {
    Property property{};
    std::string_view cause;       // a function's name
    kernel::Name object;          // what it is about
    kernel::Range range;          // what it is about, if end > 0
    std::string_view detail;      // a fixed sentence: what exactly
    std::size_t event = no_event; // the record that shows it, or at which what is left began
    std::string_view getter{};    // missing-put-device: the innermost function at the get
    std::size_t other = no_event; // lock-order, wait-under-lock: the record of the other place
};

// Whether it is found when everything is over, however early its record is.
constexpr bool found_at_end(Property property)
{
    return property == Property::missing_put_device || property == Property::leaked_resource;
}

// "property:cause": what two runs have in common that show the same bug.
std::string identity(const Violation &violation);

// A range that nobody owns although no rule was broken: no walk visited it, or an administrator took
// the device away.
struct Unowned {
    kernel::Range range;
    std::string_view why;
};

// Which records a family of properties is shown: those of the kinds that it declares to read, or all.
// It makes no difference, as a test shows.
enum class Reading : std::uint8_t { declared, everything };

// The records without which a verdict could be another one.
const kernel::RecordSet &judged_records();
// Fewer, which are enough for most runs: judge() says for which.
const kernel::RecordSet &usually_judged_records();

// Appends what the run violated, in order of detection: one violation for each property, cause,
// object and range. False: the run made too few records to tell.
[[nodiscard]] bool judge(const drivers::Intent &intent, const kernel::State &state,
                         std::vector<Violation> &verdict, std::vector<Unowned> &unowned,
                         Reading reading = Reading::declared);

} // namespace properties
