// SPDX-License-Identifier: GPL-2.0-only
// What the revisions before v7 did, each told by a story and its nearest neighbour (UPSTREAM.md 2.0 to 2.4
// and 3.0 to 3.4).
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

namespace run::testing {
namespace {

using Identities = std::vector<std::string>;
using kernel::Event;
using kernel::EventKind;
using kernel::Word;

constexpr const char *load_all = R"(
[[actor]]
name = "admin"
ops = ["modprobe cxl_acpi", "modprobe cxl_pci", "modprobe dax_hmem", "modprobe dax_cxl"]
)";

//   Soft Reserved    AAAA
//   window0          WWWWWWWWWWWW
//   region0          RRRR             and what else a test says of it
std::string one_range(std::string_view region = "")
{
    return R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x13fffffff" }]
windows = [{ name = "window0", range = "0x100000000-0x1ffffffff" }]
)" + (region.empty() ? "" : "regions = [{ name = \"region0\", " + std::string(region) + " }]\n");
}

const std::string same = R"(range = "0x100000000-0x13fffffff")";
const std::string failing = same + R"(, assembly = "fail")";

// What the first administrator did has come to rest when the next one begins.
std::string then(std::string_view name, std::string_view operations)
{
    return "[[actor]]\nname = \"" + std::string(name) + "\"\nops = [" + std::string(operations) +
           "]\n";
}

class EarlierRevisions : public ::testing::Test {
protected:
    const Result &run(std::string_view id, std::string_view text)
    {
        scenario_ = parse(text);
        result_.emplace(machine_.run(revision(id), scenario_));
        EXPECT_EQ(result_->unmodelled, nullptr) << result_->unmodelled;
        return *result_;
    }
    // Up to the rest: what the end of every run adds on v1 to v5 is a bug of its own (V1-6).
    Identities found(std::string_view id, std::string_view text)
    {
        const Result &result = run(id, text);
        const auto rest =
            std::find_if(result.events.begin(), result.events.end(), [](const Event &event) {
                return event.kind == EventKind::phase &&
                       event.value == static_cast<int>(kernel::Phase::epilogue);
            });
        const auto last = static_cast<std::size_t>(rest - result.events.begin());
        Identities ids;
        for (const properties::Violation &violation : result.verdict)
            if (violation.event <= last)
                ids.push_back(properties::identity(violation));
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        return ids;
    }
    // Results of the operations, in order.
    std::vector<int> results() const
    {
        std::vector<int> values;
        for (const Event &event : result_->events)
            if (event.kind == EventKind::phase &&
                event.value == static_cast<int>(kernel::Phase::rest))
                break;
            else if (event.kind == EventKind::operation_done)
                values.push_back(event.value);
        return values;
    }
    // How many dax regions of that kind of parent there were.
    long claims(Word parent) const
    {
        return std::count_if(
            result_->events.begin(), result_->events.end(), [parent](const Event &event) {
                return event.kind == EventKind::dax_region_added && event.object.word == parent;
            });
    }

    Machine machine_;
    scenario::Scenario scenario_;
    std::optional<Result> result_;
};

} // namespace

TEST_F(EarlierRevisions, AllGiveARangeThatARegionIsToCxl)
{
    for (const char *id : {"pre", "v1", "v4", "v5", "v6"}) {
        SCOPED_TRACE(id);
        EXPECT_EQ(found(id, one_range(same) + load_all), Identities{});
        EXPECT_EQ(claims(Word::dax_region), 1);
        EXPECT_EQ(claims(Word::hmem), 0);
    }
}

// P-1, V1-1, V4-2: assembly fails.
TEST_F(EarlierRevisions, FromV5OnHmemTakesARangeWhoseRegionFailed)
{
    EXPECT_EQ(found("pre", one_range(failing) + load_all), Identities{"lost-range:dax_hmem_init"});
    for (const char *id : {"v1", "v4"})
        EXPECT_EQ(found(id, one_range(failing) + load_all),
                  Identities{"lost-range:process_defer_work"})
            << id;
    for (const char *id : {"v5", "v6"}) {
        EXPECT_EQ(found(id, one_range(failing) + load_all), Identities{}) << id;
        EXPECT_EQ(claims(Word::hmem), 1) << id;
    }
}

TEST_F(EarlierRevisions, FromV4OnHmemTakesARangeWithoutARegion)
{
    EXPECT_EQ(found("pre", one_range() + load_all), Identities{"lost-range:dax_hmem_init"});
    EXPECT_EQ(found("v1", one_range() + load_all), Identities{"lost-range:process_defer_work"});
    for (const char *id : {"v4", "v5", "v6"})
        EXPECT_EQ(found(id, one_range() + load_all), Identities{}) << id;
}

// K-3: deferred to a driver that does not exist. The gate is CONFIG_CXL_REGION.
TEST_F(EarlierRevisions, PreDefersToADaxCxlThatIsNotConfigured)
{
    const std::string without = "config = { dev_dax_cxl = false }\n";
    EXPECT_EQ(found("pre", one_range(same) + without + load_all),
              Identities{"lost-range:dax_hmem_init"});
    EXPECT_EQ(found("v1", one_range(same) + without + load_all), Identities{});
    EXPECT_EQ(found("pre", one_range() + "config = { cxl_region = false }\n" + load_all),
              Identities{});
    EXPECT_EQ(claims(Word::hmem), 1);
}

TEST_F(EarlierRevisions, ModprobeOfPreLoadsCxlAcpiFirstAndInsmodDoesNot)
{
    const auto hmem_claims = [this](std::string_view operation) {
        run("pre", one_range() + then("admin", operation));
        return claims(Word::hmem);
    };
    EXPECT_EQ(hmem_claims(R"("modprobe dax_hmem")"), 0);
    EXPECT_EQ(hmem_claims(R"("insmod dax_hmem")"), 1);
}

// P-2: who comes first has it. The region finds System RAM inside; where there is none, both have it.
TEST_F(EarlierRevisions, PreGivesHmemWhatCxlShouldHaveWhereHmemProbesBeforeTheWindows)
{
    const std::string hmem_first =
        then("admin", R"("insmod dax_hmem", "modprobe cxl_acpi", "modprobe cxl_pci",
                         "modprobe dax_cxl")");
    EXPECT_EQ(found("pre", one_range(same) + hmem_first), Identities{});
    EXPECT_EQ(claims(Word::hmem), 1);
    EXPECT_EQ(claims(Word::dax_region), 0);

    // Less than a memory block is never put to use.
    const std::string small = R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x1001fffff" }]
windows = [{ name = "window0", range = "0x100000000-0x1ffffffff" }]
regions = [{ name = "region0", range = "0x100000000-0x1001fffff" }]
)";
    const Identities ids = found("pre", small + hmem_first);
    EXPECT_EQ(std::count(ids.begin(), ids.end(), "double-claim:cxl_dax_region_driver_init"), 1);
}

// V1-6, with a work item that is idle and with one that is pending.
TEST_F(EarlierRevisions, V1ToV5FreeTheirWorkByTheWrongAddress)
{
    for (const char *id : {"v1", "v4", "v5"}) {
        SCOPED_TRACE(id);
        EXPECT_EQ(
            found(id, one_range(same) + load_all + then("other", R"("unbind hmem_platform.0")")),
            (Identities{"uninitialized-work:kill_defer_work", "warn:kill_defer_work"}));
        EXPECT_EQ(found(id, one_range(same) + then("admin", R"("modprobe dax_hmem",
                                                    "unbind hmem_platform.0")")),
                  (Identities{"uninitialized-work:kill_defer_work", "warn:kill_defer_work",
                              "work-outlives-object:process_defer_work"}));
    }
    EXPECT_EQ(
        found("v6", one_range(same) + load_all + then("other", R"("unbind hmem_platform.0")")),
        Identities{});
}

// V1-8: the mode goes with dax_hmem; V6-10: and with dax.ko.
TEST_F(EarlierRevisions, TheDecisionIsTakenAgainWhenItsModuleWasUnloaded)
{
    const auto repeated = [this](std::string_view id, std::string_view unload) {
        const Identities ids =
            found(id, one_range(same) + load_all +
                          then("other", std::string(unload) + R"(, "modprobe dax_hmem")"));
        return std::count(ids.begin(), ids.end(),
                          id == "v6" ? "repeated-resolution:dax_hmem_work_function"
                                     : "repeated-resolution:process_defer_work");
    };
    constexpr std::string_view two = R"("rmmod dax_cxl", "rmmod dax_hmem")";
    constexpr std::string_view three = R"("rmmod dax_cxl", "rmmod dax_hmem", "rmmod dax.ko")";
    EXPECT_EQ(repeated("v1", two), 1);
    EXPECT_EQ(repeated("v4", two), 1);
    for (const char *id : {"v5", "v6"}) {
        EXPECT_EQ(repeated(id, two), 0) << id;
        EXPECT_EQ(repeated(id, three), 1) << id;
    }
}

TEST_F(EarlierRevisions, DaxKoCanBeUnloadedOnlyWhenNobodyUsesItAndOnlyWhereItHoldsState)
{
    const std::string text = then("admin", R"("modprobe dax_hmem", "rmmod dax.ko", "rmmod dax_hmem",
                                           "rmmod dax.ko")");
    for (const char *id : {"v5", "v6"}) {
        run(id, text);
        EXPECT_EQ(results(), (std::vector{0, -EWOULDBLOCK, 0, 0})) << id;
    }
    run("v4", text);
    EXPECT_EQ(results(), (std::vector{0, -ENOENT, 0, -ENOENT}));
}

//   Soft Reserved    AAAABBBB
//   window0          WWWWWWWWWWWW
//   region0          RRRR
constexpr const char *one_of_two = R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x13fffffff" }, { range = "0x140000000-0x17fffffff" }]
windows = [{ name = "window0", range = "0x100000000-0x1ffffffff" }]
regions = [{ name = "region0", range = "0x100000000-0x13fffffff" }]
)";

// V4-3: the mode of the last range decides for all at the next probe.
TEST_F(EarlierRevisions, V4RegistersAtARebindWhatItsLastRangeLeftBehind)
{
    const std::string rebind = then("other", R"("unbind hmem_platform.0", "bind hmem_platform.0")");
    const Identities ids = found("v4", std::string(one_of_two) + load_all + rebind);
    EXPECT_NE(std::find(ids.begin(), ids.end(), "wrong-owner:dax_hmem_platform_probe"), ids.end());
}

// V6-5: by its own rule no violation.
TEST_F(EarlierRevisions, OneRangeThatIsNotContainedGivesAllToHmemInV5AndV6AndOnlyItselfInV4)
{
    found("v4", std::string(one_of_two) + load_all);
    EXPECT_EQ(claims(Word::hmem), 1);
    EXPECT_EQ(claims(Word::dax_region), 1);
    for (const char *id : {"v5", "v6"}) {
        EXPECT_EQ(found(id, std::string(one_of_two) + load_all), Identities{}) << id;
        EXPECT_EQ(claims(Word::hmem), 2) << id;
        EXPECT_EQ(claims(Word::dax_region), 0) << id;
    }
}

constexpr const char *no_soft_reserved = R"(
[layout]
windows = [{ name = "window0", range = "0x100000000-0x1ffffffff" }]
regions = [{ name = "region0", range = "0x100000000-0x13fffffff" }]
)";

// V4-5, V5-1: nobody takes the decision that the region's dax device waits for.
TEST_F(EarlierRevisions, V4AndV5MakeNoDaxDeviceOfARegionWithoutSoftReservedRanges)
{
    for (const char *id : {"v4", "v5"})
        EXPECT_EQ(found(id, std::string(no_soft_reserved) + load_all), Identities{"lost-range:-"})
            << id;
    for (const char *id : {"pre", "v1", "v6"}) {
        EXPECT_EQ(found(id, std::string(no_soft_reserved) + load_all), Identities{}) << id;
        EXPECT_EQ(claims(Word::dax_region), 1) << id;
    }
}

// V5-1: by far not only firmware's.
TEST_F(EarlierRevisions, V5MakesNoDaxDeviceOfAUsersRegionEitherAndV4Does)
{
    const std::string user = R"(
[layout]
windows = [{ name = "window0", range = "0x100000000-0x1ffffffff" }]
regions = [{ name = "region0", range = "0x100000000-0x13fffffff", assembly = "late" }]
)" + std::string(load_all) + then("other", R"("assemble region0")");
    EXPECT_EQ(found("v5", user), Identities{"lost-range:-"});
    EXPECT_EQ(found("v4", user), Identities{});
}

// The probe of dax_cxl was deferred; the decision brings it back.
TEST_F(EarlierRevisions, V5BindsTheDaxRegionsThatWaitedForItsDecision)
{
    const std::string late_decision =
        one_range(same) + then("admin", R"("modprobe cxl_acpi", "modprobe cxl_pci",
                                            "modprobe dax_cxl", "modprobe dax_hmem")");
    EXPECT_EQ(found("v5", late_decision), Identities{});
    const auto deferred =
        std::count_if(result_->events.begin(), result_->events.end(), [](const Event &event) {
            return event.kind == EventKind::probe_end && event.value == -kernel::EPROBE_DEFER;
        });
    EXPECT_GE(deferred, 1);
    EXPECT_EQ(claims(Word::dax_region), 1);
}

// HMEM won: a region that comes later is refused, not put off once more.
TEST_F(EarlierRevisions, V5RefusesDaxRegionsAfterHmemWon)
{
    const std::string later = one_range(R"(range = "0x1c0000000-0x1ffffffff", assembly = "late")") +
                              std::string(load_all) + then("other", R"("assemble region0")");
    run("v5", later);
    const auto probes = [this](int result) {
        return std::count_if(
            result_->events.begin(), result_->events.end(), [&](const Event &event) {
                return event.kind == EventKind::probe_end &&
                       event.object.word == Word::dax_region && event.value == result;
            });
    };
    EXPECT_EQ(probes(-ENODEV), 1);
    EXPECT_EQ(probes(-kernel::EPROBE_DEFER), 0);
}

// V5-3: an innocent region goes, and nobody has its memory.
TEST_F(EarlierRevisions, V5RemovesRegionsThatHaveNothingToDoWithSoftReservedRanges)
{
    const std::string innocent = R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x13fffffff" }]
windows = [{ name = "window0", range = "0x100000000-0x1ffffffff" }]
regions = [{ name = "region0", range = "0x1c0000000-0x1ffffffff" }]
)" + std::string(load_all);
    EXPECT_EQ(found("v5", innocent), Identities{"lost-range:process_defer_work"});
    EXPECT_EQ(found("v6", innocent), Identities{});
}

// V5-4: the last walk is over all entries.
TEST_F(EarlierRevisions, V5RegistersARangeOutsideOfWindowsTwice)
{
    const std::string outside = R"(
[layout]
soft_reserved = [{ range = "0x40000000-0x7fffffff" }, { range = "0x100000000-0x13fffffff" }]
windows = [{ name = "window0", range = "0x100000000-0x1ffffffff" }]
regions = [{ name = "region0", range = "0x100000000-0x13fffffff" }]
)" + std::string(load_all);
    EXPECT_EQ(found("v5", outside), (Identities{"double-registration:process_defer_work",
                                                "double-claim:process_defer_work"}));
    EXPECT_EQ(found("v6", outside), Identities{});
}

// V6-1: the range in the window queues the work, the one after it fails.
TEST_F(EarlierRevisions, V6WaitsForItsWorkInTheCleanupOfAProbeThatTheWorkWaitsFor)
{
    const std::string layout = R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x13fffffff" }, { range = "0x240000000-0x27fffffff" }]
windows = [{ name = "window0", range = "0x100000000-0x1ffffffff" }]
)" + then("admin", R"("modprobe dax_hmem")");
    const std::string fault = "faults = [\"admin: platform_device_alloc(hmem.1)#1\"]\n";
    EXPECT_EQ(found("v6", fault + layout),
              (Identities{"flush-in-probe:dax_hmem_init", "deadlock:dax_hmem_init"}));
    EXPECT_EQ(found("v6", layout), Identities{});
}

// V6-2: dax_cxl does not need dax_hmem, and has the region when the decision goes against it.
TEST_F(EarlierRevisions, V6LetsDaxCxlRegisterBeforeDaxHmemIsLoaded)
{
    const std::string text = one_range(R"(range = "0x100000000-0x12fffffff")") +
                             then("admin", R"("modprobe cxl_acpi", "modprobe cxl_pci",
                                              "modprobe dax_cxl")") +
                             then("other", R"("modprobe dax_hmem")");
    EXPECT_EQ(found("v6", text), Identities{"lost-range:dax_hmem_work_function"});
    EXPECT_EQ(claims(Word::dax_region), 1);
    EXPECT_EQ(found("v8", text), Identities{"unusable-range:process_defer_work"}) << "ML-24";
    EXPECT_EQ(claims(Word::dax_region), 0);
}

// The flush before dax_cxl's registration, of a resolution that is pending when it begins.
TEST_F(EarlierRevisions, FromV6OnDaxCxlWaitsForTheResolutionThatIsQueued)
{
    const std::string text =
        R"(switches = ["admin before operation slow-probe #2 -> cxl-register"]
)" + one_range() +
        then("admin", R"("slow-probe start", "modprobe dax_hmem", "modprobe dax_cxl",
                         "slow-probe end")");
    for (const char *id : {"v6", "v7", "v8", "mainline"}) {
        EXPECT_EQ(found(id, text), Identities{}) << id;
        const auto waited =
            std::find_if(result_->events.begin(), result_->events.end(), [](const Event &event) {
                return event.kind == EventKind::flush_begin &&
                       event.function == std::string_view("cxl_dax_region_driver_register");
            });
        EXPECT_NE(waited, result_->events.end()) << id;
    }
}

// V6-4: what the work registers while the device is unbound stays behind.
TEST_F(EarlierRevisions, V6LeavesManagedResourcesBehindWhenItIsUnboundWhilePending)
{
    const std::string text = one_range() + then("admin", R"("slow-probe start", "modprobe dax_hmem",
                                         "unbind hmem_platform.0", "bind hmem_platform.0")") +
                             then("other", R"("slow-probe end")");
    run("v6", text);
    EXPECT_EQ(results().back(), -EBUSY) << "resources present before probing";
    EXPECT_EQ(identities(*result_, scenario_),
              Identities{"leaked-resource:dax_hmem_work_function"});
    run("v8", text);
    EXPECT_EQ(identities(*result_, scenario_), Identities{});
}

// V6-7: nobody reset the decoders.
TEST_F(EarlierRevisions, V5AndV6CannotMakeARegionWhereFirmwaresWasDestroyed)
{
    const std::string text =
        std::string(no_soft_reserved) + then("admin", R"("modprobe cxl_acpi", "modprobe cxl_pci",
                                                  "destroy region0", "assemble region0")");
    for (const char *id : {"v5", "v6"}) {
        run(id, text);
        EXPECT_EQ(results().back(), -EBUSY) << id;
    }
    for (const char *id : {"v1", "v4", "v7"}) {
        run(id, text);
        EXPECT_EQ(results().back(), 0) << id;
    }
}

// V1-2: the memdevs are attached when udev gets to it.
TEST_F(EarlierRevisions, V4DecidesBeforeTheRegionIsThere)
{
    const std::string early = R"(switches = [
    "cxl-attach before device_lock mem0 #1 -> admin",
    "cxl-attach before mutex_lock root_decoder0 #1 -> resolution"]
)";
    found("v4", early + one_range(same) + load_all);
    EXPECT_EQ(claims(Word::hmem), 1);
    EXPECT_EQ(claims(Word::dax_region), 0);
    found("v4", one_range(same) + load_all);
    EXPECT_EQ(claims(Word::hmem), 0);
}

// 214291cbaace and 7.0: what the first kernels do at boot is the same to see.
TEST_F(EarlierRevisions, AllRegisterARangeOutsideOfWindowsAtOnce)
{
    for (const drivers::Revision &tested : drivers::revisions()) {
        found(tested.id, R"(
[layout]
soft_reserved = [{ range = "0x40000000-0x7fffffff" }]
hmat = [{ range = "0x100000000-0x13fffffff" }]
[[actor]]
name = "admin"
ops = ["modprobe dax_hmem"]
)");
        EXPECT_EQ(claims(Word::hmem), 1) << tested.id;
    }
}

} // namespace run::testing
