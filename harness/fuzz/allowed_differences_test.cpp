// SPDX-License-Identifier: GPL-2.0-only
// Covers: for each row of the table of allowed differences, a run in which it applies and what it does
// not allow even there: another range, another side, another identity, a run that did not come to it.
// Does not cover: that no other row is needed (revisions_agree_test.cpp).
#include "fuzz/revisions_agree.hpp"

#include "scenario/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <variant>

namespace fuzz {
namespace {

using properties::Property;
using scenario::Owner;

constexpr kernel::Range in_window = {0x100000000, 0x13fffffff};
constexpr kernel::Range elsewhere = {0x200000000, 0x20fffffff};
constexpr kernel::Range of_second = {0x140000000, 0x14fffffff};

constexpr RevisionPair exit_flush = {"v7", "v7-reviewed"};
constexpr RevisionPair gate = {"v7-gated-exit", "v7-reviewed"};
constexpr RevisionPair v8_came = {"v7-reviewed", "v8"};
constexpr RevisionPair mainline_came = {"v8", "mainline"};

// Two runs of one scenario, to plant a wrong difference in.
struct Runs {
    RevisionPair pair;
    scenario::Scenario scenario;
    Story left;
    Story right;

    std::string told() const { return difference(pair, scenario, left, right); }
};

Runs runs_of(const RevisionPair &pair, const std::string &text)
{
    Runs runs{pair, std::get<scenario::Scenario>(scenario::parse_text(text)), {}, {}};
    runs.left = sequential_story(*drivers::find_revision(pair.left), runs.scenario);
    runs.right = sequential_story(*drivers::find_revision(pair.right), runs.scenario);
    return runs;
}

// A range in a window, one elsewhere, and a second device that comes if it is asked for.
Runs runs_with(const RevisionPair &pair, const std::string &operations,
               const std::string &config = "")
{
    return runs_of(pair, "[layout]\n"
                         "soft_reserved = [{ range = '0x100000000-0x13fffffff' },"
                         "                 { range = '0x200000000-0x20fffffff' }]\n"
                         "windows = [{ name = 'window0', range = '0x100000000-0x1ffffffff' }]\n"
                         "hmem_platform_1 = { range = '0x140000000-0x14fffffff' }\n"
                         "config = {" +
                             config + "}\n[[actor]]\nname = 'a'\nops = [" + operations + "]\n");
}

std::string told_with_owner(Runs runs, kernel::Range range)
{
    const auto owned = std::find_if(runs.left.owners.begin(), runs.left.owners.end(),
                                    [&](const auto &known) { return known.range == range; });
    if (owned != runs.left.owners.end())
        owned->owner = owned->owner == Owner::cxl ? Owner::nobody : Owner::cxl;
    else
        runs.left.owners.push_back({range, Owner::cxl});
    return runs.told();
}

void plant(Story &story, Property property, std::string_view cause, kernel::Range range = {})
{
    properties::Violation violation;
    violation.property = property;
    violation.cause = cause;
    story.shown.push_back({properties::identity(violation), property, range});
    std::sort(story.shown.begin(), story.shown.end(),
              [](const Shown &one, const Shown &other) { return one.identity < other.identity; });
}

std::string told_with(Runs runs, Story Runs::*side, Property property, std::string_view cause,
                      kernel::Range range = {})
{
    plant(runs.*side, property, cause, range);
    return runs.told();
}

bool shows(const Story &story, std::string_view identity)
{
    return std::any_of(story.shown.begin(), story.shown.end(),
                       [&](const Shown &shown) { return shown.identity == identity; });
}

const std::string reload = "'modprobe dax_hmem', 'modprobe dax_cxl', 'rmmod dax_cxl', "
                           "'rmmod dax_hmem', 'modprobe dax_hmem'";
// The work starts while cxl_pci's load waits for the probe of what is behind a region, and waits for the
// slow probe in turn, so that the next probe of the device queues it again.
const std::string twice = "'slow-probe start', 'modprobe dax_hmem', 'rmmod cxl_pci', "
                          "'modprobe cxl_pci', 'unbind hmem_platform.0', 'bind hmem_platform.0'";
const std::string unload_while_pending =
    "'slow-probe start', 'modprobe dax_hmem', 'rmmod dax_hmem', 'modprobe dax_hmem'";
constexpr auto everything_built_in =
    "builtin = ['dax_hmem', 'dax_cxl', 'cxl_acpi', 'cxl_pci', 'dax.ko']";

} // namespace

TEST(AllowedDifferences, OfV7AreItsFlushesOfWhatWasNeverSetUp)
{
    Runs runs = runs_of(exit_flush, "[[actor]]\nname = 'a'\nops = ['modprobe dax_cxl']\n");
    EXPECT_TRUE(shows(runs.left, "uninitialized-work:cxl_dax_region_driver_register"));
    EXPECT_TRUE(shows(runs.left, "uninitialized-work:dax_hmem_exit"));
    EXPECT_EQ(runs.told(), "");
    EXPECT_EQ(told_with(runs, &Runs::left, Property::uninitialized_work, "dax_hmem_init"),
              "uninitialized-work:dax_hmem_init");
    EXPECT_EQ(told_with_owner(runs, in_window), "owners");
    std::swap(runs.left, runs.right);
    EXPECT_EQ(runs.told(), "uninitialized-work:cxl_dax_region_driver_register");
    runs = runs_of(exit_flush, "[[actor]]\nname = 'a'\nops = ['modprobe dax_hmem']\n");
    EXPECT_EQ(runs.told(), "");
    std::swap(runs.left, runs.right);
    EXPECT_EQ(runs.told(), "uninitialized-work:dax_hmem_exit");
}

TEST(AllowedDifferences, OfTheGatedExitIsTheFlushOfDaxCxlAlone)
{
    Runs runs = runs_of(gate, "[[actor]]\nname = 'a'\nops = ['modprobe dax_cxl']\n");
    EXPECT_TRUE(shows(runs.left, "uninitialized-work:cxl_dax_region_driver_register"));
    EXPECT_EQ(runs.told(), "");
    EXPECT_EQ(told_with(runs, &Runs::left, Property::uninitialized_work, "dax_hmem_exit"),
              "uninitialized-work:dax_hmem_exit");
    EXPECT_EQ(told_with_owner(runs, in_window), "owners");
    std::swap(runs.left, runs.right);
    EXPECT_EQ(runs.told(), "uninitialized-work:cxl_dax_region_driver_register");
}

// V7-3.
TEST(AllowedDifferences, OfALaterProbeAreWhoHasWhatItTookFromAWindow)
{
    const Runs runs = runs_with(v8_came, reload);
    EXPECT_FALSE(runs.left.owners == runs.right.owners);
    EXPECT_EQ(runs.told(), "");
    EXPECT_EQ(told_with(runs, &Runs::left, Property::wrong_owner, "dax_hmem_init", in_window), "");
    EXPECT_EQ(told_with(runs, &Runs::right, Property::lost_range, "dax_cxl_init", in_window), "");
    EXPECT_EQ(told_with(runs, &Runs::right, Property::lost_range, "dax_cxl_init", elsewhere),
              "lost-range:dax_cxl_init");
    EXPECT_EQ(told_with(runs, &Runs::left, Property::missing_put_device, "dax_hmem_init"),
              "missing-put-device:dax_hmem_init");
    EXPECT_EQ(told_with_owner(runs, elsewhere), "owners");
    EXPECT_EQ(told_with_owner(runs, of_second), "owners");
    const Runs no_later_probe = runs_with(v8_came, "'modprobe dax_hmem', 'modprobe dax_cxl'");
    EXPECT_EQ(no_later_probe.told(), "");
    EXPECT_EQ(told_with_owner(no_later_probe, in_window), "owners");
}

// A dax region that reaches over a range which has another owner has one, too, or is not there.
TEST(AllowedDifferences, DrawInWhatOverlapsAndNotWhatLiesNextToIt)
{
    Runs runs = runs_with(v8_came, reload);
    runs.left.owners.push_back({{in_window.end, of_second.end}, Owner::cxl_unusable});
    EXPECT_EQ(runs.told(), "");
    runs.left.owners.back().range.start = in_window.end + 1;
    EXPECT_EQ(runs.told(), "owners");
}

TEST(AllowedDifferences, DrawInTheDevicesThatOperationsNameByNumber)
{
    Runs runs = runs_with(v8_came, reload + ", 'unbind hmem.1'");
    EXPECT_EQ(told_with_owner(runs, elsewhere), "");
    EXPECT_EQ(told_with_owner(runs, of_second), "owners");
    EXPECT_EQ(
        told_with_owner(runs_with(v8_came, "'modprobe dax_hmem', 'unbind hmem.1'"), elsewhere),
        "owners")
        << "no stories part here";
}

TEST(AllowedDifferences, DrawInWhichWalkCameLastToWhatBothHaveLost)
{
    Runs runs = runs_with(v8_came, reload);
    plant(runs.left, Property::lost_range, "dax_hmem_platform_probe", elsewhere);
    plant(runs.right, Property::lost_range, "process_defer_work", elsewhere);
    EXPECT_EQ(runs.told(), "");
    std::erase_if(runs.right.shown, [](const Shown &shown) {
        return shown.property == Property::lost_range && shown.range == elsewhere;
    });
    plant(runs.right, Property::unusable_range, "process_defer_work", elsewhere);
    EXPECT_EQ(runs.told(), "lost-range:dax_hmem_platform_probe");
    Runs same = runs_with(v8_came, "'modprobe dax_hmem'");
    plant(same.left, Property::lost_range, "dax_hmem_platform_probe", elsewhere);
    plant(same.right, Property::lost_range, "process_defer_work", elsewhere);
    EXPECT_EQ(same.told(), "lost-range:dax_hmem_platform_probe");
}

TEST(AllowedDifferences, DrawInEverythingIfCxlEnumeratedBetweenOtherOperations)
{
    // The unload waits for the work on mainline only: meanwhile CXL enumerates, and assembles the other
    // one of two regions that overlap.
    const Runs runs = runs_of(
        mainline_came, "[layout]\nsoft_reserved = [{ range = '0x240000001-0x24fffffff' }]\n"
                       "windows = [{ name = 'window1', range = '0x0-0x25fffffff' }]\n"
                       "regions = [{ name = 'region6', range = '0x170000000-0x18fffffff' },\n"
                       "           { name = 'region8', range = '0x18fffffff-0x190000000' }]\n"
                       "[[actor]]\nname = 'a'\n"
                       "ops = ['modprobe dax_hmem', 'rmmod dax_hmem', 'rmmod cxl_acpi',\n"
                       "       'modprobe cxl_acpi', 'modprobe dax_hmem', 'rmmod dax_hmem',\n"
                       "       'modprobe dax_cxl', 'unbind cxl_acpi', 'bind cxl_acpi']\n");
    EXPECT_NE(shows(runs.left, "lost-range:-"), shows(runs.right, "lost-range:-"));
    EXPECT_EQ(runs.told(), "");
    EXPECT_EQ(told_with_owner(runs, elsewhere), "");
    EXPECT_EQ(told_with(runs, &Runs::left, Property::missing_put_device, "dax_hmem_init"),
              "missing-put-device:dax_hmem_init");
    // Where everything waits for a slow probe, rest comes before the last operation.
    const Runs rest_between = runs_of(
        mainline_came, "[layout]\nsoft_reserved = [{ range = '0x260000000-0x26fffffff' }]\n"
                       "windows = [{ name = 'window3', range = '0xf0000000-0x4ffffffff' }]\n"
                       "regions = [{ name = 'region2', range = '0x2e0000000-0x30fffffff' },\n"
                       "           { name = 'region9', range = '0x2d0000000-0x2ffffffff' }]\n"
                       "[[actor]]\nname = 'a'\n"
                       "ops = ['slow-probe start', 'modprobe dax_hmem', 'rmmod dax_hmem',\n"
                       "       'rmmod cxl_acpi', 'modprobe cxl_acpi', 'modprobe dax_hmem',\n"
                       "       'rmmod dax_hmem', 'assemble region2', 'modprobe dax_cxl']\n");
    EXPECT_FALSE(rest_between.left.owners == rest_between.right.owners);
    EXPECT_EQ(rest_between.told(), "");
    Runs same = runs_with(v8_came, "'modprobe dax_hmem', 'modprobe dax_cxl'");
    same.left.events.clear();
    EXPECT_EQ(told_with_owner(same, elsewhere), "owners");
}

// What HMEM has left online keeps region2 from being assembled, which would keep region6.
TEST(AllowedDifferences, DrawInRegionsThatComeToAnotherStateAndWhatTheyOverlap)
{
    const Runs runs = runs_of(
        mainline_came,
        "[layout]\nsoft_reserved = [{ range = '0x1c0000000-0x1ffffffff' }]\n"
        "windows = [{ name = 'window0', range = '0x100000000-0x28fffffff' }]\n"
        "regions = [\n"
        "    { name = 'region2', range = '0x190000001-0x1f0000000', assembly = 'late' },\n"
        "    { name = 'region3', range = '0x190000000-0x1bfffffff' },\n"
        "    { name = 'region6', range = '0x190000000-0x1bfffffff' }]\n"
        "config = { kmem_remove_fails = true }\n"
        "[[actor]]\nname = 'a'\n"
        "ops = ['modprobe dax_hmem', 'rmmod dax_hmem', 'rmmod cxl_acpi', 'modprobe cxl_acpi',\n"
        "       'modprobe dax_cxl', 'assemble region2']\n");
    EXPECT_FALSE(runs.left.owners == runs.right.owners);
    EXPECT_EQ(runs.told(), "");
    EXPECT_EQ(told_with_owner(runs, {0x200000000, 0x20fffffff}), "owners");
}

// V7-5.
TEST(AllowedDifferences, OfASecondRunAreItsWalkAndWhatItRegistersAgain)
{
    const std::string layout =
        "[layout]\nsoft_reserved = [{ range = '0x100000000-0x13fffffff' },"
        "{ range = '0x200000000-0x20fffffff' }]\n"
        "windows = [{ name = 'window0', range = '0x100000000-0x1ffffffff' }]\n"
        "regions = [{ name = 'region0', range = '0x180000000-0x18fffffff' }]\n";
    const Runs runs = runs_of(v8_came, layout + "[[actor]]\nname = 'a'\nops = [" + twice + "]\n");
    EXPECT_TRUE(shows(runs.left, "repeated-resolution:process_defer_work"));
    EXPECT_TRUE(shows(runs.left, "double-registration:process_defer_work"));
    EXPECT_EQ(runs.told(), "");
    EXPECT_EQ(
        told_with(runs, &Runs::left, Property::double_registration, "dax_hmem_init", elsewhere),
        "double-registration:dax_hmem_init");
    EXPECT_EQ(told_with_owner(runs, elsewhere), "owners");
    const Runs once = runs_with(v8_came, "'modprobe dax_hmem'");
    EXPECT_EQ(told_with(once, &Runs::left, Property::double_registration, "process_defer_work",
                        in_window),
              "double-registration:process_defer_work");
    EXPECT_EQ(told_with(once, &Runs::right, Property::repeated_resolution, "process_defer_work"),
              "repeated-resolution:process_defer_work");
}

// V8-3.
TEST(AllowedDifferences, OfTheSecondDeviceAreWhoHasWhatWasDeferredOrRefused)
{
    const Runs runs = runs_with(mainline_came, "'modprobe dax_hmem', 'add hmem_platform.1'");
    EXPECT_FALSE(runs.left.owners == runs.right.owners);
    EXPECT_EQ(runs.told(), "");
    EXPECT_EQ(told_with_owner(runs, elsewhere), "owners");
    EXPECT_EQ(told_with(runs, &Runs::left, Property::lost_range, "dax_hmem_init", elsewhere),
              "lost-range:dax_hmem_init");
    EXPECT_EQ(told_with(runs, &Runs::left, Property::use_after_free, "process_defer_work"),
              "use-after-free:process_defer_work");
}

TEST(AllowedDifferences, OfTheSecondDeviceNeedItToHaveComeIntoBeing)
{
    for (const std::string operations :
         {"'modprobe dax_hmem'", "'modprobe dax_hmem', 'del hmem_platform.1'"}) {
        const Runs runs = runs_with(mainline_came, operations);
        ASSERT_TRUE(runs.scenario.layout.hmem_platform_1.has_value());
        EXPECT_EQ(runs.told(), "");
        EXPECT_EQ(told_with_owner(runs, in_window), "owners") << operations;
        EXPECT_EQ(told_with_owner(runs, of_second), "owners") << operations;
    }
    // It is asked for, but its range is not free.
    Runs refused = runs_of(mainline_came,
                           "[layout]\nsoft_reserved = [{ range = '0x100000000-0x13fffffff' }]\n"
                           "windows = [{ name = 'window0', range = '0x100000000-0x1ffffffff' }]\n"
                           "hmem_platform_1 = { range = '0x100000000-0x10fffffff' }\n"
                           "[[actor]]\nname = 'a'\n"
                           "ops = ['modprobe dax_hmem', 'add hmem_platform.1']\n");
    EXPECT_EQ(refused.told(), "");
    EXPECT_EQ(told_with_owner(refused, in_window), "owners");
    // It came on one of the two only, although nothing had parted them.
    Runs one = runs_with(mainline_came, "'modprobe dax_hmem', 'add hmem_platform.1'");
    std::erase_if(one.right.events, [](const kernel::Event &event) {
        return event.kind == kernel::EventKind::device_added &&
               event.object == kernel::name_of(kernel::Word::hmem_platform, 1);
    });
    EXPECT_NE(one.told(), "");
}

TEST(AllowedDifferences, OfTheSecondDeviceIsTheReferenceThatNoExitPuts)
{
    const auto kept = "missing-put-device:dax_hmem_platform_probe";
    Runs runs =
        runs_of(mainline_came, std::string("[layout]\nhmem_platform_1 = { range = "
                                           "'0x120000000-0x13fffffff' }\nconfig = {") +
                                   everything_built_in +
                                   "}\n[[actor]]\nname = 'a'\nops = ['add hmem_platform.1']\n");
    EXPECT_TRUE(shows(runs.left, kept));
    EXPECT_EQ(runs.told(), "");
    std::swap(runs.left, runs.right);
    EXPECT_EQ(runs.told(), kept);
    EXPECT_EQ(told_with(runs_with(mainline_came, "'modprobe dax_hmem'"), &Runs::left,
                        Property::missing_put_device, "dax_hmem_platform_probe"),
              kept);
}

TEST(AllowedDifferences, OfTheSecondDeviceIsTheUnlockOfWhatItsReleaseZeroed)
{
    const auto unlock = "bad-unlock:process_defer_work";
    Runs runs = runs_with(mainline_came,
                          "'modprobe dax_hmem', 'add hmem_platform.1', 'del hmem_platform.1'");
    EXPECT_TRUE(shows(runs.right, unlock));
    EXPECT_FALSE(runs.right.completed);
    EXPECT_EQ(runs.told(), "");
    EXPECT_EQ(told_with_owner(runs, elsewhere), "") << "mainline did not come to its rest";
    EXPECT_EQ(told_with(runs, &Runs::right, Property::bad_unlock, "dax_hmem_exit"),
              "bad-unlock:dax_hmem_exit");
    runs.right.completed = true;
    EXPECT_EQ(told_with_owner(runs, elsewhere), "owners");
    runs.right.completed = false;
    std::swap(runs.left, runs.right);
    EXPECT_EQ(runs.told(), unlock);
    Runs other = runs_with(mainline_came, "'modprobe dax_hmem'");
    other.right.completed = false;
    EXPECT_EQ(told_with_owner(other, elsewhere), "owners");
    EXPECT_EQ(told_with(other, &Runs::right, Property::bad_unlock, "process_defer_work"), unlock);
}

// V8-6.
TEST(AllowedDifferences, OfAnUnloadAreWhoHasWhatThePendingWorkWasAbout)
{
    const Runs runs = runs_with(mainline_came, unload_while_pending);
    EXPECT_FALSE(runs.left.owners == runs.right.owners);
    EXPECT_EQ(runs.told(), "");
    EXPECT_EQ(told_with_owner(runs, elsewhere), "owners");
    EXPECT_EQ(told_with(runs, &Runs::left, Property::lost_range, "dax_hmem_init", elsewhere),
              "lost-range:dax_hmem_init");
    const Runs nothing_pending =
        runs_with(mainline_came, "'modprobe dax_hmem', 'modprobe dax_cxl', 'rmmod dax_cxl', "
                                 "'rmmod dax_hmem', 'modprobe dax_hmem'");
    EXPECT_EQ(nothing_pending.told(), "");
    EXPECT_EQ(told_with_owner(nothing_pending, in_window), "owners");
}

TEST(AllowedDifferences, OfAnUnloadIsTheWorkThatAProbeQueuedAfterTheFlush)
{
    const auto outlives = "work-outlives-module:process_defer_work";
    Runs runs = runs_of(
        mainline_came,
        "[layout]\nwindows = [{ name = 'window0', range = '0x208000000-0x25fffffff' }]\n"
        "hmem_platform_1 = { range = '0x228000000-0x23fffffff', node = 1 }\n"
        "config = { async_probe = ['hmem_platform', 'hmem'] }\n[[actor]]\nname = 'a'\n"
        "ops = ['slow-probe start', 'modprobe dax_hmem', 'add hmem_platform.1',\n"
        "       'add hmem_platform.1', 'rmmod dax_hmem', 'modprobe cxl_acpi', 'slow-probe end']\n");
    EXPECT_TRUE(shows(runs.left, outlives));
    EXPECT_EQ(runs.told(), "");
    std::swap(runs.left, runs.right);
    EXPECT_EQ(runs.told(), outlives);
    EXPECT_EQ(told_with(runs_with(mainline_came, unload_while_pending), &Runs::left,
                        Property::work_outlives_module, "dax_hmem_init"),
              "work-outlives-module:dax_hmem_init");
}

// K-2.
TEST(AllowedDifferences, OfConfigurationsIsHmemBuiltInAboveModules)
{
    Runs runs = runs_with(mainline_came, "", "builtin = ['dax_hmem'], dev_dax_cxl = false");
    EXPECT_TRUE(runs.left.configurable);
    EXPECT_FALSE(runs.right.configurable);
    EXPECT_EQ(runs.told(), "");
    std::swap(runs.left, runs.right);
    EXPECT_EQ(runs.told(), "configuration");
    for (const std::string config : {"", everything_built_in}) {
        Runs both = runs_with(mainline_came, "", config);
        EXPECT_EQ(both.told(), "");
        both.right.configurable = false;
        EXPECT_EQ(both.told(), "configuration") << config;
    }
}

} // namespace fuzz
