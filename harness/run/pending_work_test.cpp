// SPDX-License-Identifier: GPL-2.0-only
// What today's driver does right while its work is pending, and in which order it goes (UPSTREAM.md 3.8,
// "Correct behaviours worth asserting", 2.5 to 2.7): a verdict alone would not miss these.
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <array>

namespace run::testing {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Holder;
using kernel::Name;
using kernel::name_of;
using kernel::Word;

constexpr Name host = name_of(Word::hmem_platform, 0);
constexpr Name resolution = name_of(Word::resolution);
constexpr std::array with_a_lock = {"v7", "v8", "mainline"};

//   Soft Reserved    AAAABBBB
//   window0          WWWWWWWWWWWW
constexpr const char *two_ranges = R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x13fffffff" }, { range = "0x140000000-0x17fffffff" }]
windows = [{ name = "window0", range = "0x100000000-0x1ffffffff" }]
)";

std::string admin(std::string_view operations)
{
    return "[[actor]]\nname = \"admin\"\nops = [" + std::string(operations) + "]\n";
}

class PendingWork : public ::testing::Test {
protected:
    void run(std::string_view id, std::string_view text)
    {
        scenario_ = parse(text);
        const Result result = machine_.run(revision(id), scenario_);
        EXPECT_EQ(result.unmodelled, nullptr) << result.unmodelled;
        events_ = result.events;
        identities_ = identities(result, scenario_);
    }
    // Results of the administrator's operations.
    std::vector<int> results() const
    {
        std::vector<int> values;
        for (const Event &event : events_)
            if (event.kind == EventKind::phase &&
                event.value == static_cast<int>(kernel::Phase::rest))
                break;
            else if (event.kind == EventKind::operation_done)
                values.push_back(event.value);
        return values;
    }
    template <class Accept> long count(EventKind kind, Name object, Accept accept) const
    {
        return std::count_if(events_.begin(), events_.end(), [&](const Event &event) {
            return event.kind == kind && event.object == object && accept(event);
        });
    }
    long count(EventKind kind, Name object) const
    {
        return count(kind, object, [](const Event &) { return true; });
    }
    long queued() const
    {
        return count(EventKind::work_queued, resolution,
                     [](const Event &event) { return event.value != 0; });
    }
    long references(EventKind kind) const
    {
        return count(kind, host, [](const Event &event) {
            return event.detail == static_cast<std::uint8_t>(Holder::code);
        });
    }
    long resolutions() const
    {
        return count(EventKind::walk_begin, host,
                     [](const Event &event) { return event.value != 0; });
    }
    // When it was, counted in events.
    long when(EventKind kind, Name object) const
    {
        for (std::size_t i = 0; i < events_.size(); ++i)
            if (events_[i].kind == kind && events_[i].object == object)
                return static_cast<long>(i);
        ADD_FAILURE() << kernel::event_text(kind) << " " << kernel::to_string(object);
        return -1;
    }

    Machine machine_;
    scenario::Scenario scenario_;
    kernel::Events events_;
    std::vector<std::string> identities_;
};

} // namespace

TEST_F(PendingWork, ADeviceIsRefusedWhoseWorkIsPending)
{
    const std::string text =
        two_ranges +
        admin(R"("modprobe dax_hmem", "unbind hmem_platform.0", "bind hmem_platform.0")");
    for (const char *id : with_a_lock) {
        run(id, text);
        EXPECT_EQ(results(), (std::vector{0, 0, -EBUSY})) << id;
        EXPECT_EQ(queued(), 1) << id;
        EXPECT_EQ(resolutions(), 0) << id;
        EXPECT_EQ(identities_, std::vector<std::string>{}) << id;
    }
}

// rmmod of dax_cxl waits for its registration, which waits for the resolution, which finds no driver.
TEST_F(PendingWork, ADeviceThatIsBoundAgainAfterARunThatDidNothingIsResolved)
{
    const std::string text = two_ranges + admin(R"("modprobe dax_hmem", "unbind hmem_platform.0",
        "modprobe dax_cxl", "rmmod dax_cxl", "bind hmem_platform.0")");
    for (const char *id : with_a_lock) {
        run(id, text);
        EXPECT_EQ(results(), (std::vector{0, 0, 0, 0, 0})) << id;
        EXPECT_EQ(queued(), 2) << id;
        EXPECT_EQ(resolutions(), 1) << id;
        EXPECT_EQ(identities_, std::vector<std::string>{}) << id;
    }
}

TEST_F(PendingWork, AnUnbindLeavesTheWorkNothingToDoButToPutItsReference)
{
    run("mainline", two_ranges + admin(R"("modprobe dax_hmem", "unbind hmem_platform.0")"));
    EXPECT_EQ(count(EventKind::work_end, resolution), 1);
    EXPECT_EQ(resolutions(), 0);
    EXPECT_EQ(references(EventKind::device_get), 2) << "one of a queue_work that was refused";
    EXPECT_EQ(references(EventKind::device_put), 2);
    EXPECT_EQ(identities_, std::vector<std::string>{});
}

TEST_F(PendingWork, QueuedTwiceItRunsTwiceHoldsTwoReferencesAndWalksOnce)
{
    const std::string twice = R"(switches = ["admin before queue_work resolution #2 -> resolution"]
)";
    run("mainline", twice + two_ranges + admin(R"("modprobe dax_hmem")"));
    EXPECT_EQ(queued(), 2);
    EXPECT_EQ(count(EventKind::work_end, resolution), 2);
    EXPECT_EQ(resolutions(), 1);
    EXPECT_EQ(references(EventKind::device_get), 2);
    EXPECT_EQ(references(EventKind::device_put), 2);
    EXPECT_EQ(identities_, std::vector<std::string>{});
}

TEST_F(PendingWork, AnUnloadRunsWhatIsPendingBeforeItsTextGoes)
{
    const std::string text = two_ranges + admin(R"("modprobe dax_hmem", "rmmod dax_hmem")");
    for (const char *id : with_a_lock) {
        run(id, text);
        EXPECT_EQ(count(EventKind::work_end, resolution), 1) << id;
        EXPECT_EQ(references(EventKind::device_get) - references(EventKind::device_put), 0) << id;
        EXPECT_EQ(identities_, std::vector<std::string>{}) << id;
    }
}

// Mainline: drivers first, hmem before hmem_platform, the queue last. Before: flush and put come first.
TEST_F(PendingWork, ExitUnregistersBothDriversBeforeItDestroysTheQueue)
{
    run("mainline", two_ranges + admin(R"("modprobe dax_hmem", "rmmod dax_hmem")"));
    const long hmem = when(EventKind::driver_unregistered, name_of(Word::hmem));
    const long platform = when(EventKind::driver_unregistered, name_of(Word::hmem_platform));
    EXPECT_LT(hmem, platform);
    EXPECT_LT(platform, when(EventKind::work_end, resolution));
    for (const char *id : {"v7", "v8"}) {
        run(id, two_ranges + admin(R"("modprobe dax_hmem", "rmmod dax_hmem")"));
        EXPECT_LT(when(EventKind::work_end, resolution),
                  when(EventKind::driver_unregistered, name_of(Word::hmem)))
            << id;
        EXPECT_LT(when(EventKind::driver_unregistered, name_of(Word::hmem)),
                  when(EventKind::driver_unregistered, name_of(Word::hmem_platform)))
            << id;
    }
}

// V1-7, V6-4: an unbind waits for the walk, and takes away what it registered.
TEST_F(PendingWork, AnUnbindDuringTheResolutionsWalkWaitsForItsEnd)
{
    const std::string text =
        R"(switches = ["resolution before region_contains cxl_region #1 -> other"]
)" + std::string(two_ranges) +
        admin(R"("modprobe dax_hmem")") +
        "[[actor]]\nname = \"other\"\nops = [\"unbind hmem_platform.0\"]\n";
    for (const char *id : with_a_lock) {
        run(id, text);
        EXPECT_EQ(identities_, std::vector<std::string>{}) << id;
        EXPECT_LT(when(EventKind::work_end, resolution), when(EventKind::unbind_begin, host)) << id;
        EXPECT_EQ(resolutions(), 1) << id;
    }
}

// A bind that is under way when dax_hmem goes finds the queue alive.
TEST_F(PendingWork, ABindDuringTheUnloadFindsTheQueueAlive)
{
    const std::string text =
        R"(switches = ["admin before bind_files_remove hmem #1 -> other"]
)" + std::string(two_ranges) +
        admin(R"("modprobe dax_hmem", "unbind hmem_platform.0", "rmmod dax_hmem")") +
        "[[actor]]\nname = \"other\"\nops = [\"bind hmem_platform.0\"]\n";
    run("mainline", text);
    EXPECT_EQ(identities_, std::vector<std::string>{});
    EXPECT_GE(count(EventKind::switched, {}), 1);
}

// 059edcc405e4: the path of a device tells who made it.
TEST_F(PendingWork, HmemDevicesAreChildrenOfTheirHostOnMainlineOnly)
{
    const std::string text = std::string(R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x13fffffff" }]
)") + admin(R"("modprobe dax_hmem")");
    const auto children = [&](const char *id) {
        run(id, text);
        const long references = count(EventKind::device_get, host, [](const Event &event) {
            return event.detail == static_cast<std::uint8_t>(Holder::parent);
        });
        return references - 1; // its own parent has one
    };
    EXPECT_EQ(children("mainline"), 1);
    EXPECT_EQ(children("v8"), 0);
}

TEST_F(PendingWork, DaxCxlsDriverHasNoBindFiles)
{
    for (const drivers::Revision &tested : drivers::revisions()) {
        run(tested.id, two_ranges + admin(R"("modprobe dax_hmem", "modprobe dax_cxl")"));
        const auto files = [&](Word driver) {
            return count(EventKind::point, name_of(driver), [](const Event &event) {
                return event.detail == static_cast<std::uint8_t>(kernel::Point::bind_files_create);
            });
        };
        EXPECT_EQ(files(Word::cxl_dax_region), 0) << tested.id;
        EXPECT_EQ(files(Word::hmem), 1) << tested.id;
    }
}

// UPSTREAM.md 4.1: "hmem_resource_lock (walk)"; nothing but that lock keeps a boot that goes on adding ranges
// away from who reads them.
TEST_F(PendingWork, EveryWalkHoldsTheLockOfTheRanges)
{
    for (const drivers::Revision &tested : drivers::revisions()) {
        run(tested.id, two_ranges + admin(R"("modprobe dax_hmem")"));
        std::uint16_t holder = kernel::no_task;
        long walks = 0;
        for (const Event &event : events_) {
            if (event.object == name_of(Word::hmem_resource_lock) && event.kind == EventKind::lock)
                holder = event.task;
            if (event.object == name_of(Word::hmem_resource_lock) &&
                event.kind == EventKind::unlock)
                holder = kernel::no_task;
            if (event.kind == EventKind::walk_begin || event.kind == EventKind::walk_end) {
                EXPECT_EQ(holder, event.task) << tested.id;
                ++walks;
            }
        }
        EXPECT_GE(walks, 2) << tested.id;
    }
}

} // namespace run::testing
