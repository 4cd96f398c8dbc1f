// SPDX-License-Identifier: GPL-2.0-only
// Single statements of the revisions before v7, and a few of all, that no regression needs: a story
// each that would end otherwise with another statement in its place (UPSTREAM.md 1.1, 2.0 to 2.7).
//
// Positions in the pictures are units of 1 GiB, counted from 4 GiB.
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

namespace run::testing {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Name;
using kernel::name_of;
using kernel::Word;

class EarlierStatements : public ::testing::Test {
protected:
    void run(std::string_view id, std::string_view text)
    {
        const scenario::Scenario scenario = parse(text);
        result_.emplace(machine_.run(revision(id), scenario));
        EXPECT_EQ(result_->unmodelled, nullptr) << result_->unmodelled;
    }
    long hmem_devices() const
    {
        return std::count_if(
            result_->events.begin(), result_->events.end(), [](const Event &event) {
                return event.kind == EventKind::dax_region_added && event.object.word == Word::hmem;
            });
    }
    // Of the probes of that device, in order.
    std::vector<int> probe_results(Name device) const
    {
        std::vector<int> values;
        for (const Event &event : result_->events)
            if (event.kind == EventKind::probe_end && event.object == device)
                values.push_back(event.value);
        return values;
    }

    Machine machine_;
    std::optional<Result> result_;
};

constexpr const char *load_hmem = R"(
[[actor]]
name = "admin"
ops = ["modprobe dax_hmem"]
)";

} // namespace

//   window0         WWWWWWWW
//   Soft Reserved   SSSS....    in iomem, below the window
//   HMAT            HHHHHHHH    MIXED: the rest of it is no Soft Reserved memory
//   HMAT            HHHH....    INTERSECTS
TEST_F(EarlierStatements, PreLeavesARangeToNobodyThatIsSoftReservedOnlyInPart)
{
    const auto layout = [](std::string_view hmat) {
        return R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x1ffffffff" }]
hmat = [{ range = ")" +
               std::string(hmat) + R"(" }]
windows = [{ name = "window0", range = "0x100000000-0x2ffffffff" }]
config = { cxl_region = false }
)" + load_hmem;
    };
    run("pre", layout("0x100000000-0x2ffffffff"));
    EXPECT_EQ(hmem_devices(), 0);
    run("pre", layout("0x100000000-0x1ffffffff"));
    EXPECT_EQ(hmem_devices(), 1);
}

//   Soft Reserved   SSSSSSSS
//   window0         WWWW....    below it, MIXED
//   window0         ........WW  elsewhere, DISJOINT
TEST_F(EarlierStatements, PreDefersARangeThatAWindowHoldsOnlyInPart)
{
    const auto layout = [](std::string_view window) {
        return R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x2ffffffff" }]
windows = [{ name = "window0", range = ")" +
               std::string(window) + "\" }]\n" + load_hmem;
    };
    run("pre", layout("0x100000000-0x1ffffffff"));
    EXPECT_EQ(hmem_devices(), 0);
    run("pre", layout("0x300000000-0x37fffffff"));
    EXPECT_EQ(hmem_devices(), 1);
}

// A second device that is probed while v4 has the dax child of the first one's region made finds
// the mode of the first: its range is dropped, and no work is queued for it (V4-3).
TEST_F(EarlierStatements, V4SaysThatCxlHasWonBeforeItMakesTheDaxRegions)
{
    const auto text = [](std::string_view switches) {
        return "switches = [" + std::string(switches) + R"(]
[layout]
soft_reserved = [{ range = "0x100000000-0x13fffffff" }]
windows = [{ name = "window0", range = "0x100000000-0x1ffffffff" }]
regions = [{ name = "region0", range = "0x100000000-0x13fffffff" }]
hmem_platform_1 = { range = "0x180000000-0x1bfffffff" }
)" + load_hmem +
               R"(
[[actor]]
name = "other"
ops = ["add hmem_platform.1"]
)";
    };
    run("v4", text(R"("resolution before device_add dax_region0 #1 -> other")"));
    EXPECT_EQ(hmem_devices(), 0);
    run("v4", text(R"("resolution before region_contains cxl_region #1 -> other")"));
    EXPECT_EQ(hmem_devices(), 1) << "deferred, and decided for itself";
}

// The module parameter of device_hmem, which is built in: no range, no device, nothing to own.
TEST_F(EarlierStatements, DisableLeavesEveryRangeToNobody)
{
    const auto layout = [](std::string_view disable) {
        return R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x1ffffffff" }]
config = { hmem_disable = )" +
               std::string(disable) + " }\n" + load_hmem;
    };
    for (const drivers::Revision &tested : drivers::revisions()) {
        SCOPED_TRACE(tested.id);
        run(tested.id, layout("true"));
        EXPECT_EQ(hmem_devices(), 0);
        run(tested.id, layout("false"));
        EXPECT_EQ(hmem_devices(), 1);
    }
}

// The exit of all: first the driver of the devices, then that of the device that has them.
TEST_F(EarlierStatements, ExitTakesTheRangesBackBeforeTheirDevicesGo)
{
    for (const drivers::Revision &tested : drivers::revisions()) {
        SCOPED_TRACE(tested.id);
        run(tested.id, R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x1ffffffff" }]
[[actor]]
name = "admin"
ops = ["modprobe dax_hmem", "rmmod dax_hmem"]
)");
        const auto place = [this](EventKind kind, Word word) {
            const std::vector<Event> &events = result_->events;
            return std::find_if(events.begin(), events.end(),
                                [&](const Event &event) {
                                    return event.kind == kind && event.object.word == word;
                                }) -
                   events.begin();
        };
        EXPECT_LT(place(EventKind::dax_region_removed, Word::hmem),
                  place(EventKind::unbind_begin, Word::hmem_platform));
    }
}

// A dax region of CXL that is probed while v5 takes the regions down is refused, not put off: the
// mode says REGISTER before the first one goes.
TEST_F(EarlierStatements, V5SaysThatHmemHasWonBeforeItTakesTheRegionsDown)
{
    const auto text = [](std::string_view switches) {
        return "switches = [" + std::string(switches) + R"(]
[layout]
soft_reserved = [{ range = "0x100000000-0x13fffffff" }]
windows = [{ name = "window0", range = "0x100000000-0x1ffffffff" }]
regions = [{ name = "region0", range = "0x1c0000000-0x1ffffffff" }]
)" + load_hmem +
               R"(
[[actor]]
name = "other"
ops = ["modprobe dax_cxl"]
)";
    };
    const Name dax_region = name_of(Word::dax_region, 0);
    run("v5", text(R"("resolution before device_lock region0 #1 -> other")"));
    EXPECT_EQ(probe_results(dax_region), std::vector{-ENODEV});
    run("v5", text(R"("resolution before wait_async - #1 -> other")"));
    EXPECT_EQ(probe_results(dax_region), std::vector{-kernel::EPROBE_DEFER}) << "nothing decided";
    run("v5", text(""));
    EXPECT_EQ(probe_results(dax_region), std::vector<int>{}) << "it is gone";
}

} // namespace run::testing
