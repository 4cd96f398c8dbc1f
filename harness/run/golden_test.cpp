// SPDX-License-Identifier: GPL-2.0-only
// The two schedules of v7 that were observed on a real kernel (KERNEL.md section 11), event for
// event, and what later revisions make of them.
#include "run/testing.hpp"

#include <gtest/gtest.h>

namespace run::testing {

using kernel::Event;
using kernel::EventKind;
using kernel::to_string;

namespace {

std::string operation_of(const Event &event)
{
    const auto code = static_cast<scenario::OperationCode>(event.detail);
    std::string text(scenario::operation_row(code).text);
    if (event.object.word != kernel::Word::slow)
        text += " " + to_string(event.object);
    return text;
}

std::string sentence(const Event &event)
{
    const std::string object = to_string(event.object);
    const std::string result(kernel::errno_text(event.value));
    switch (event.kind) {
    case EventKind::operation:
        return "> " + operation_of(event);
    case EventKind::operation_done:
        return "< " + operation_of(event) + " = " + result;
    case EventKind::work_queued:
        return "queue_work " + object + (event.value != 0 ? " true" : " false");
    case EventKind::work_begin:
        return "work starts " + object;
    case EventKind::work_end:
        return "work ends " + object;
    case EventKind::flush_begin:
        return "flush " + object;
    case EventKind::flush_end:
        return event.value != 0 ? "flush returns true" : "flush returns false";
    case EventKind::misuse:
        return "WARN " + object + ": " +
               std::string(kernel::misuse_text(static_cast<kernel::Misuse>(event.detail)));
    case EventKind::driver_registered:
        return "driver registered " + object;
    case EventKind::driver_unregistered:
        return "driver unregistered " + object;
    case EventKind::waits:
        return event.detail == static_cast<std::uint8_t>(kernel::WaitCall::destroy_workqueue)
                   ? "destroy " + object
                   : "";
    case EventKind::device_put:
        return event.detail == static_cast<std::uint8_t>(kernel::Holder::code) ? "put " + object
                                                                               : "";
    case EventKind::device_get:
        return event.detail == static_cast<std::uint8_t>(kernel::Holder::code) ? "get " + object
                                                                               : "";
    case EventKind::message:
        return event.object.word == kernel::Word::dax ? "" : event.caller; // kmem is no part of it
    case EventKind::contains:
        return event.value != 0 ? "contained" : "not contained";
    case EventKind::walk_begin:
        return event.value != 0 ? "walk by the work" : "walk by the probe";
    case EventKind::walk_end:
        return "walk returns " + result;
    case EventKind::blocks:
        return "waits for " +
               std::string(kernel::wait_text(static_cast<kernel::Wait>(event.detail)));
    case EventKind::device_added:
        return event.object.word == kernel::Word::hmem ? "added " + object : "";
    case EventKind::probe_end:
        return event.object.word == kernel::Word::hmem ? "probed " + object + " " + result : "";
    default:
        return "";
    }
}

// The modules that dax_hmem asks for are not part of these stories.
bool of_cxl_modules(const std::string &task, const Event &event)
{
    using kernel::Word;
    return task.starts_with("modprobe:") || task.starts_with("probe:") || task == "cxl-enumerate" ||
           event.object.word == Word::cxl_acpi || event.object.word == Word::cxl_pci ||
           event.object.word == Word::cxl_enumerate;
}

// One line for each event that matters to ownership: what a kernel log with all messages would show.
std::vector<std::string> story(const Result &result, const scenario::Scenario &scenario)
{
    std::vector<std::string> lines;
    for (const Event &event : result.events) {
        if (event.kind == EventKind::phase &&
            event.value == static_cast<std::int32_t>(kernel::Phase::epilogue))
            break;
        const std::string task = task_name(result, scenario, event.task);
        const std::string text = sentence(event);
        if (!text.empty() && task != "boot" && !of_cxl_modules(task, event))
            lines.push_back(task + ": " + text);
    }
    return lines;
}

std::vector<std::string> story_of(std::string_view revision_id, const char *text)
{
    const scenario::Scenario scenario = parse(text);
    Machine machine;
    const Result result = machine.run(revision(revision_id), scenario);
    return story(result, scenario);
}

// G1: no Soft Reserved range, so no hmem_platform device. The worker is done before the unload.
constexpr const char *g1 = R"(
switches = ["admin before operation dax_cxl #2 -> cxl-register"]

[[actor]]
name = "admin"
ops = ["modprobe dax_hmem", "modprobe dax_cxl", "rmmod dax_cxl", "rmmod dax_hmem"]
)";

// G2: `slow-probe` is the unrelated driver's probe; containment becomes true while HMEM still owns
// the ranges, so that the memregion ids are free again at the reload, as they were on the machine.
// HMAT gives the ranges no node: kmem leaves their memory alone, so that the region finds room.
constexpr const char *g2 = R"(
switches = [
    "admin before operation slow-probe #2 -> resolution",
    "admin before operation dax_cxl #2 -> resolution",
]

[layout]
soft_reserved = [{ range = "0x110000000-0x14fffffff" }, { range = "0x190000000-0x1cfffffff" }]
hmat = [
    { range = "0x110000000-0x14fffffff", node = -1 },
    { range = "0x190000000-0x1cfffffff", node = -1 },
]
windows = [{ name = "window0", range = "0x110000000-0x20fffffff" }]
regions = [{ name = "region0", range = "0x110000000-0x20fffffff", assembly = "late" }]

[[actor]]
name = "admin"
ops = [
    "slow-probe start", "modprobe dax_hmem", "modprobe dax_cxl", "slow-probe end",
    "rmmod dax_cxl", "assemble region0", "rmmod dax_hmem", "modprobe dax_hmem",
]
)";

using Story = std::vector<std::string>;

Story replaced(Story story, const std::string &what, const std::string &with)
{
    for (std::string &line : story)
        if (const auto at = line.find(what); at != line.npos)
            line.replace(at, what.size(), with);
    return story;
}

// Before each line that holds `what`; before the first one only, if `once`.
Story with(Story story, const std::string &line, const std::string &before, bool once = false)
{
    for (auto at = story.begin(); at != story.end(); ++at) {
        if (at->find(before) == at->npos)
            continue;
        at = story.insert(at, line) + 1;
        if (once)
            break;
    }
    return story;
}

Story without(Story story, const std::string &what)
{
    std::erase_if(story, [&](const std::string &line) { return line.find(what) != line.npos; });
    return story;
}

const Story g1_of_v7 = {
    "admin: > modprobe dax_hmem",
    "admin: driver registered hmem_platform",
    "admin: driver registered hmem",
    "admin: < modprobe dax_hmem = 0",
    "admin: > modprobe dax_cxl",
    "admin: queue_work cxl-register true",
    "admin: < modprobe dax_cxl = 0",
    "cxl-register: work starts cxl-register",
    "cxl-register: flush resolution",
    "cxl-register: WARN resolution: work item has no function",
    "cxl-register: flush returns false",
    "cxl-register: driver registered cxl_dax_region",
    "cxl-register: work ends cxl-register",
    "admin: > rmmod dax_cxl",
    "admin: flush cxl-register",
    "admin: flush returns false",
    "admin: driver unregistered cxl_dax_region",
    "admin: < rmmod dax_cxl = 0",
    "admin: > rmmod dax_hmem",
    "admin: flush resolution",
    "admin: WARN resolution: work item has no function",
    "admin: flush returns false",
    "admin: driver unregistered hmem",
    "admin: driver unregistered hmem_platform",
    "admin: < rmmod dax_hmem = 0",
};

// Up to the reload: what v7 shows on the machine.
const Story g2_first_load_of_v7 = {
    "admin: > slow-probe start",
    "admin: < slow-probe start = 0",
    "admin: > modprobe dax_hmem",
    "admin: get hmem_platform.0",
    "admin: walk by the probe",
    "admin: deferring range to CXL",
    "admin: queue_work resolution true",
    "admin: deferring range to CXL",
    "admin: queue_work resolution false",
    "admin: walk returns 0",
    "admin: driver registered hmem_platform",
    "admin: driver registered hmem",
    "admin: < modprobe dax_hmem = 0",
    "admin: > modprobe dax_cxl",
    "admin: queue_work cxl-register true",
    "admin: < modprobe dax_cxl = 0",
    "resolution: work starts resolution",
    "resolution: waits for probe_count",
    "cxl-register: work starts cxl-register",
    "cxl-register: flush resolution",
    "cxl-register: waits for work",
    "admin: > slow-probe end",
    "admin: < slow-probe end = 0",
    "resolution: walk by the work",
    "resolution: not contained",
    "resolution: CXL did not claim resource, registering",
    "resolution: added hmem.1",
    "resolution: probed hmem.1 0",
    "resolution: not contained",
    "resolution: CXL did not claim resource, registering",
    "resolution: added hmem.2",
    "resolution: probed hmem.2 0",
    "resolution: walk returns 0",
    "resolution: work ends resolution",
    "cxl-register: flush returns true",
    "cxl-register: driver registered cxl_dax_region",
    "cxl-register: work ends cxl-register",
    "admin: > rmmod dax_cxl",
    "admin: flush cxl-register",
    "admin: flush returns false",
    "admin: driver unregistered cxl_dax_region",
    "admin: < rmmod dax_cxl = 0",
    "admin: > assemble region0",
    "admin: < assemble region0 = 0",
};

const Story g2_unload_of_v7 = {
    "admin: > rmmod dax_hmem",         "admin: flush resolution",
    "admin: flush returns false",      "admin: put hmem_platform.0",
    "admin: driver unregistered hmem", "admin: driver unregistered hmem_platform",
    "admin: < rmmod dax_hmem = 0",
};

// The flag survived in built-in data: the probe falls through to HMEM although CXL contains both.
const Story g2_reload_of_v7 = {
    "admin: > modprobe dax_hmem",
    "admin: get hmem_platform.0",
    "admin: walk by the probe",
    "admin: added hmem.1",
    "admin: added hmem.2",
    "admin: walk returns 0",
    "admin: driver registered hmem_platform",
    "admin: probed hmem.1 0",
    "admin: probed hmem.2 0",
    "admin: driver registered hmem",
    "admin: < modprobe dax_hmem = 0",
};

// Since v8: CXL wins after the first resolution, so nothing is registered.
const Story g2_reload_since_v8 = {
    "admin: > modprobe dax_hmem",
    "admin: get hmem_platform.0",
    "admin: walk by the probe",
    "admin: deferring range to CXL",
    "admin: deferring range to CXL",
    "admin: walk returns 0",
    "admin: driver registered hmem_platform",
    "admin: driver registered hmem",
    "admin: < modprobe dax_hmem = 0",
};

Story operator+(Story left, const Story &right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

} // namespace

TEST(GoldenSchedules, G1OnV7WarnsInBothFlushesAndGoesOnAsIfFlushed)
{
    EXPECT_EQ(story_of("v7", g1), g1_of_v7);
}

TEST(GoldenSchedules, G1OnV8FlushesAnIdleItemOnceAndItsExitNotAtAll)
{
    // The item is initialised statically, and exit flushes only if a device was probed.
    const Story expected = {
        "admin: > modprobe dax_hmem",
        "admin: driver registered hmem_platform",
        "admin: driver registered hmem",
        "admin: < modprobe dax_hmem = 0",
        "admin: > modprobe dax_cxl",
        "admin: queue_work cxl-register true",
        "admin: < modprobe dax_cxl = 0",
        "cxl-register: work starts cxl-register",
        "cxl-register: flush resolution",
        "cxl-register: flush returns false",
        "cxl-register: driver registered cxl_dax_region",
        "cxl-register: work ends cxl-register",
        "admin: > rmmod dax_cxl",
        "admin: flush cxl-register",
        "admin: flush returns false",
        "admin: driver unregistered cxl_dax_region",
        "admin: < rmmod dax_cxl = 0",
        "admin: > rmmod dax_hmem",
        "admin: driver unregistered hmem",
        "admin: driver unregistered hmem_platform",
        "admin: < rmmod dax_hmem = 0",
    };
    EXPECT_EQ(story_of("v8", g1), expected);
}

TEST(GoldenSchedules, G1OnMainlineFlushesTheQueueInsteadOfTheItem)
{
    const Story flushed = replaced(story_of("v8", g1), "flush resolution", "flush dax_hmem_wq");
    EXPECT_EQ(story_of("mainline", g1),
              with(flushed, "admin: destroy dax_hmem_wq", "< rmmod dax_hmem"));
}

TEST(GoldenSchedules, G2OnV7RegistersAtTheReloadWhatCxlContains)
{
    EXPECT_EQ(story_of("v7", g2), g2_first_load_of_v7 + g2_unload_of_v7 + g2_reload_of_v7);
}

// The first load goes as on v7; the message at queueing has other words since v8. At the reload the
// window ranges are left to CXL: that is the rule v8 was made for.
TEST(GoldenSchedules, G2OnV8LeavesToCxlAtTheReloadWhatCxlContains)
{
    const Story first =
        replaced(g2_first_load_of_v7, "deferring range to CXL", "await CXL initial probe");
    EXPECT_EQ(story_of("v8", g2), first + g2_unload_of_v7 + g2_reload_since_v8);
}

// As v8, but dax_cxl flushes the driver's own queue, which tells nothing; each queueing takes a
// reference, which its run puts, or the driver where it was queued already; and exit has neither flush
// nor put of its own: it unregisters first and destroys the queue last.
TEST(GoldenSchedules, G2OnMainlineFlushesTheQueueAndUnloadsWithoutAFlush)
{
    Story first =
        replaced(g2_first_load_of_v7, "deferring range to CXL", "await CXL initial probe");
    first = replaced(first, "cxl-register: flush resolution", "cxl-register: flush dax_hmem_wq");
    first = replaced(first, "cxl-register: waits for work", "cxl-register: waits for workqueue");
    first =
        replaced(first, "cxl-register: flush returns true", "cxl-register: flush returns false");
    first = without(first, "get hmem_platform.0");
    first = with(first, "admin: get hmem_platform.0", "queue_work resolution");
    first = with(first, "admin: put hmem_platform.0", "walk returns", true);
    first = with(first, "resolution: put hmem_platform.0", "work ends resolution");
    Story unload = without(without(g2_unload_of_v7, "flush"), "put hmem_platform.0");
    unload = with(unload, "admin: destroy dax_hmem_wq", "< rmmod dax_hmem");
    EXPECT_EQ(story_of("mainline", g2),
              first + unload + without(g2_reload_since_v8, "get hmem_platform.0"));
}

} // namespace run::testing
