// SPDX-License-Identifier: GPL-2.0-only
// Every row of the table of accepted and open outcomes takes its own regression, which shows nothing
// without the one thing that the row is about. What a row must refuse: exceptions_elsewhere_test.cpp,
// exceptions_neighbour_test.cpp.
#include "kernel/cxl.hpp"
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <set>

namespace run::testing {

using properties::Status;

namespace {

struct Case {
    const char *exception;
    Status status;
    const char *file;
    const char *identity;
    // What the neighbour has instead: a text that is replaced in the file.
    const char *what;
    const char *with;
};

constexpr Case cases[] = {
    {"ML-8", Status::accepted, "ml-8-part-taken-before", "lost-range:process_defer_work",
     "0x100000000-0x11fffffff", "0x100000000-0x13fffffff"},
    {"ML-10", Status::accepted, "ml-10-region-torn-down", "lost-range:dax_hmem_platform_probe",
     "\"destroy region0\", ", ""},
    {"ML-17", Status::accepted, "ml-17-reload-after-hmem-won", "lost-range:dax_hmem_init",
     ", \"rmmod dax_hmem\", \"modprobe dax_hmem\"", ""},
    {"ML-23", Status::accepted, "ml-23-rebind-after-hmem-won", "lost-range:dax_hmem_platform_probe",
     "\"modprobe dax_cxl\", \"rmmod dax_cxl\"", "\"modprobe dax_hmem\""},
    {"ML-3", Status::open, "ml-3-fault-in-resolution", "lost-range:process_defer_work",
     "resolution: memregion_alloc(-)#1", "resolution: memregion_alloc(-)#3"},
    {"ML-4", Status::open, "ml-4-fault-in-probe", "lost-range:dax_hmem_init",
     "admin: memregion_alloc(-)#1", "admin: memregion_alloc(-)#2"},
    {"ML-7", Status::open, "ml-7-pmem-region-counts", "lost-range:process_defer_work",
     ", mode = \"pmem\"", ""},
    {"ML-7", Status::open, "ml-7-region-bound-over-memory", "lost-range:process_defer_work",
     "\"unbind cxl_acpi\",\n", "\"slow-probe end\",\n"},
    {"ML-11", Status::open, "ml-11-registered-twice", "driver-core-misuse:hmem_init",
     "device_add(hmem_platform.0)#1", "device_add(hmem_platform.0)#2"},
    {"ML-12", Status::open, "ml-12-unregister-unregistered",
     "driver-core-misuse:cxl_dax_region_exit", "driver_register(cxl_dax_region)#1",
     "driver_register(cxl_dax_region)#2"},
    {"ML-13", Status::open, "ml-13-unaligned-range", "lost-range:dax_hmem_init", "0x100001000",
     "0x100200000"},
    {"ML-16", Status::open, "ml-16-last-byte", "lost-range:dax_hmem_init", "ffffffffffffffff",
     "ffffffffffdfffff"},
    {"ML-16", Status::open, "ml-16-region-last-byte", "lost-range:process_defer_work",
     "ffffffffffffffff\" }]\n\n[[actor", "ffffffffffdfffff\" }]\n\n[[actor"},
    {"ML-24", Status::open, "ml-24-region-in-the-way", "unusable-range:process_defer_work",
     "0x100000000-0x13fffffff", "0x100000000-0x17fffffff"},
    {"no-target-node", Status::open, "no-target-node", "unusable-range:dax_hmem_init", "node = -1",
     "node = 0"},
    {"no-memory-block", Status::open, "no-memory-block", "unusable-range:dax_hmem_init",
     "0x1001fffff", "0x107ffffff"},
    {"memory-left-online", Status::open, "memory-left-online",
     "wrong-owner:dax_hmem_platform_probe", "kmem_remove_fails = true",
     "kmem_remove_fails = false"},
    {"region-came-during-walk", Status::open, "region-came-during-walk",
     "lost-range:process_defer_work", "device_add hmem.1 #1", "device_add hmem.1 #2"},
    {"region-claimed-first", Status::open, "region-claimed-first", "lost-range:process_defer_work",
     "before probe hmem.1 #1", "before operation region0 #1"},
    {"region-claimed-first", Status::open, "region-claimed-first-after-rebind",
     "lost-range:dax_hmem_platform_probe", ", \"modprobe cxl_acpi\"", ""},
    {"region-going", Status::open, "region-going", "lost-range:process_defer_work",
     ", \"destroy region0\"", ""},
    {"zeroed-under-its-lock", Status::open, "zeroed-under-its-lock",
     "bad-unlock:process_defer_work", ", \"del hmem_platform.1\"", ""},
    {"child-probe-fails", Status::open, "child-probe-fails", "lost-range:dax_hmem_init",
     "alloc_dax_region(hmem.0)#1", "alloc_dax_region(hmem.1)#1"},
    {"window-withdrawn", Status::open, "window-withdrawn-before-resolution",
     "lost-range:process_defer_work", ", \"unbind cxl_acpi\"", ""},
    {"window-published-late", Status::open, "window-published-after-probe",
     "double-registration:process_defer_work", ", \"bind cxl_acpi\"", ""},
    {"built-in-init-fails", Status::open, "built-in-init-fails",
     "dead-workqueue:cxl_dax_region_driver_register", "driver_register(hmem)#1",
     "driver_register(hmem)#2"},
};

std::string text_of(const Case &tested)
{
    return read_file(std::string(HMEMFUZZ_SOURCE_DIR "/regressions/") + tested.file + ".toml");
}

} // namespace

TEST(Exceptions, EveryRowTakesItsCase)
{
    for (const Case &tested : cases) {
        bool taken = false;
        for (const properties::Finding &finding : findings_of(text_of(tested)))
            if (properties::identity(finding.violation) == tested.identity) {
                EXPECT_EQ(finding.judgement.id, tested.exception);
                EXPECT_EQ(finding.judgement.status, tested.status) << tested.exception;
                taken = true;
            }
        EXPECT_TRUE(taken) << tested.exception << ": its case does not show " << tested.identity;
    }
}

// What the row is about is what shows the violation: without it there is none.
TEST(Exceptions, TheNeighbourOfACaseDoesNotShowItsViolation)
{
    for (const Case &tested : cases) {
        std::string text = text_of(tested);
        const auto at = text.rfind(tested.what);
        ASSERT_NE(at, text.npos) << tested.exception;
        text.replace(at, std::string_view(tested.what).size(), tested.with);
        for (const properties::Finding &finding : findings_of(text))
            EXPECT_NE(properties::identity(finding.violation), tested.identity) << tested.exception;
    }
}

// The window holds a memregion id in the first life: the ranges are hmem.1 and hmem.2, in the second
// one hmem.0, whose child fails, and hmem.1.
TEST(Exceptions, AFailedChildIsKnownAlsoWhenAnotherRangesDeviceHasItsFormerName)
{
    bool shown = false;
    for (const properties::Finding &finding : findings_of(R"(
faults = ["admin: create_dev_dax(dax0.0)#1"]
[layout]
soft_reserved = [{ range = "0x100000000-0x13fffffff" }, { range = "0x140000000-0x17fffffff" }]
windows = [{ name = "window0", range = "0x200000000-0x2ffffffff" }]
[[actor]]
name = "admin"
ops = ["modprobe dax_hmem", "unbind hmem_platform.0", "unbind cxl_acpi", "bind hmem_platform.0"]
)")) {
        EXPECT_EQ(properties::identity(finding.violation), "lost-range:dax_hmem_platform_probe");
        EXPECT_EQ(finding.judgement.id, "child-probe-fails");
        shown = true;
    }
    EXPECT_TRUE(shown);
}

// The region commits when the resolution has asked for it, and before it adds the child, which is probed
// asynchronously.
TEST(Exceptions, ARegionClaimsFirstAlsoIfItCameBeforeTheChildWasAdded)
{
    bool shown = false;
    for (const properties::Finding &finding : findings_of(R"(
switches = [
    "boot before driver_list_add hmem #1 -> resolution",
    "resolution before mutex_lock hmem_resource_lock #1 -> boot",
    "resolution before region_intersects soft_reserve #1 -> probe:mem0",
    "probe:hmem.3 before device_lock hmem.3 #1 -> probe:dax_region0",
]
[layout]
soft_reserved = [{ range = "0x100000000-0x10fffffff" }, { range = "0x110000000-0x11fffffff" }]
windows = [{ name = "window0", range = "0x110000000-0x11fffffff" }]
regions = [{ name = "region0", range = "0x110000000-0x11fffffff" }]
config = { builtin = ["dax_hmem", "dax_cxl", "cxl_acpi", "cxl_pci"], async_probe = ["hmem"] }
)")) {
        EXPECT_EQ(properties::identity(finding.violation), "lost-range:process_defer_work");
        EXPECT_EQ(finding.judgement.id, "region-claimed-first");
        shown = true;
    }
    EXPECT_TRUE(shown);
}

// UPSTREAM.md ML-10: "Region created after HMEM took the range: dax_cxl -12". Here HMEM has a half of the
// second region, and the other half, which was the first region's, is nobody's.
constexpr std::string_view another_region_comes = R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x12fffffff" }]
hmat = [{ range = "0x100000000-0x11fffffff" }, { range = "0x120000000-0x12fffffff" }]
windows = [{ name = "window0", range = "0x100000000-0x12fffffff" }]
regions = [{ name = "region0", range = "0x110000000-0x12fffffff", mode = "type2" },
           { name = "region1", range = "0x100000000-0x12fffffff" }]
[[actor]]
name = "admin"
ops = ["modprobe dax_cxl", "rmmod dax_cxl", "rmmod cxl_acpi", "modprobe cxl_acpi", "modprobe dax_cxl"]
)";

TEST(Exceptions, ARegionThatComesUponAClaimOfHmemIsRefusedByDesign)
{
    const std::vector<properties::Finding> findings =
        findings_of(std::string(another_region_comes));
    ASSERT_FALSE(findings.empty());
    EXPECT_EQ(properties::identity(findings[0].violation), "lost-range:process_defer_work");
    EXPECT_EQ(findings[0].judgement.id, "ML-10");
    EXPECT_EQ(findings[0].judgement.status, Status::accepted);
}

// HMEM is giving the range up, and still has its dax region, when the region comes; then it leaves it to CXL.
TEST(Exceptions, ARegionThatComesUponWhatHmemIsGivingUpIsRefusedByDesign)
{
    bool shown = false;
    for (const properties::Finding &finding : findings_of(R"(
switches = ["admin before device_lock dax0.0 #4 -> other"]
[layout]
soft_reserved = [{ range = "0x100000000-0x10fffffff" }]
windows = [{ name = "window0", range = "0x100000000-0x10fffffff" }]
regions = [{ name = "region0", range = "0x100000000-0x10fffffff" }]
config = { builtin = ["cxl_acpi"] }
[[actor]]
name = "admin"
ops = ["unbind cxl_acpi", "modprobe dax_cxl", "bind cxl_acpi", "unbind hmem_platform.0", "bind hmem_platform.0"]
[[actor]]
name = "other"
ops = []
)")) {
        EXPECT_EQ(properties::identity(finding.violation), "lost-range:process_defer_work");
        EXPECT_EQ(finding.judgement.id, "ML-10");
        shown = true;
    }
    EXPECT_TRUE(shown);
}

// The same refusal, but HMEM registered the range when the region was committed: not what the row is about. When
// its child claims it does not matter, as long as it is before the refusal.
TEST(Exceptions, ARegionThatWasThereBeforeHmemRegisteredIsNotRefusedByDesign)
{
    const scenario::Scenario scenario;
    const kernel::Range whole{0x100000000, 0x12fffffff};
    const kernel::Range first_half{0x100000000, 0x11fffffff};
    const auto event = [](kernel::EventKind kind, kernel::Word word, kernel::Range range,
                          int value = 0) {
        kernel::Event result;
        result.kind = kind;
        result.object = kernel::name_of(word, 1);
        result.start = range.start;
        result.end = range.end;
        result.value = value;
        return result;
    };
    const kernel::Event commit = event(kernel::EventKind::region_state, kernel::Word::region, whole,
                                       kernel::CXL_CONFIG_COMMIT);
    const kernel::Event added =
        event(kernel::EventKind::device_added, kernel::Word::hmem, first_half);
    const kernel::Event claim =
        event(kernel::EventKind::dax_region_added, kernel::Word::hmem, first_half);
    const kernel::Event refusal =
        event(kernel::EventKind::dax_region_conflict, kernel::Word::dax_region, whole);
    const properties::Violation violation{.property = properties::Property::lost_range,
                                          .cause = "f",
                                          .range = {0x120000000, 0x12fffffff},
                                          .detail = properties::lost_detail::cxl_has_none};
    const auto judged = [&](const std::vector<kernel::Event> &events) {
        return properties::judge_exception(violation, {scenario, events}).id;
    };
    EXPECT_EQ(judged({added, claim, commit, refusal}), "ML-10");
    EXPECT_EQ(judged({added, commit, claim, refusal}), "ML-10");
    EXPECT_EQ(judged({commit, added, claim, refusal}), "");
    EXPECT_EQ(judged({added, commit, refusal}), "") << "it never claimed";
    EXPECT_EQ(judged({added, claim, commit}), "");
    // The device is deleted, its dax region still there when the region comes; or gone by then.
    const kernel::Event deleted =
        event(kernel::EventKind::device_deleted, kernel::Word::hmem, first_half);
    const kernel::Event released =
        event(kernel::EventKind::dax_region_removed, kernel::Word::hmem, first_half);
    EXPECT_EQ(judged({added, claim, deleted, commit, refusal}), "ML-10");
    EXPECT_EQ(judged({added, claim, deleted, released, commit, refusal}), "");
}

// A region that was committed when the walk asked, or at the latest when a probe began to look, did not come
// in between.
TEST(Exceptions, ARegionClaimsFirstOnlyIfItCameAfterTheDecision)
{
    const scenario::Scenario scenario;
    const kernel::Range whole{0x100000000, 0x12fffffff};
    const auto event = [&](kernel::EventKind kind, kernel::Word word, int value = 0) {
        kernel::Event result;
        result.kind = kind;
        result.object = kernel::name_of(word, 1);
        result.start = whole.start;
        result.end = whole.end;
        result.value = value;
        return result;
    };
    using kernel::EventKind;
    using kernel::Word;
    const auto visit = event(EventKind::visit_begin, Word::hmem_platform);
    const auto asked = event(EventKind::contains, Word::cxl_region, 0);
    const auto commit = event(EventKind::region_state, Word::region, kernel::CXL_CONFIG_COMMIT);
    const auto added = event(EventKind::device_added, Word::hmem);
    const auto left = event(EventKind::visit_end, Word::hmem_platform);
    const auto claim = event(EventKind::dax_region_added, Word::dax_region);
    const auto refusal = event(EventKind::dax_region_conflict, Word::hmem);
    const properties::Violation violation{.property = properties::Property::lost_range,
                                          .cause = "f",
                                          .range = whole,
                                          .detail = properties::lost_detail::hmem_has_none};
    const auto judged = [&](const std::vector<kernel::Event> &events) {
        return properties::judge_exception(violation, {scenario, events}).id;
    };
    EXPECT_EQ(judged({visit, asked, added, left, commit, claim, refusal}), "region-claimed-first");
    EXPECT_EQ(judged({visit, asked, commit, added, left, claim, refusal}), "region-claimed-first");
    EXPECT_EQ(judged({visit, commit, added, left, claim, refusal}), "region-claimed-first");
    EXPECT_EQ(judged({visit, commit, asked, added, left, claim, refusal}), "");
    EXPECT_EQ(judged({commit, visit, added, left, claim, refusal}), "");
    EXPECT_EQ(judged({visit, asked, added, left, commit, refusal}), "") << "who was in the way?";
}

// A child's probe fails, the region comes, and the child is bound again in vain.
TEST(Exceptions, WhoComesAfterAChildsProbeFailedKeepsItsRange)
{
    const std::string text = R"(
switches = ["boot before driver_attach hmem.1 #1 -> resolution"]
faults = ["resolution: devm_add_action(hmem.2)#1"]
[layout]
soft_reserved = [{ range = "0x110000000-0x11fffffff" }, { range = "0x100000000-0x10fffffff" }]
windows = [{ name = "window0", range = "0x110000000-0x11fffffff" }]
regions = [{ name = "region0", range = "0x110000000-0x11fffffff" }]
config = { builtin = ["dax_hmem", "dax_cxl", "cxl_acpi", "cxl_pci"] }
[[actor]]
name = "admin"
ops = ["bind hmem.2"]
)";
    const std::vector<properties::Finding> findings = findings_of(text);
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(properties::identity(findings[0].violation), "lost-range:process_defer_work");
    EXPECT_EQ(findings[0].judgement.id, "child-probe-fails");
}

// The refusal of the second attempt has to do with the first only if CXL came between the two.
TEST(Exceptions, AChildThatIsRefusedAgainIsExplainedOnlyByWhoCameInBetween)
{
    const scenario::Scenario scenario;
    const kernel::Range whole{0x100000000, 0x11fffffff};
    const auto event = [&](kernel::EventKind kind, kernel::Word word) {
        kernel::Event result;
        result.kind = kind;
        result.object = kernel::name_of(word, 1);
        result.start = whole.start;
        result.end = whole.end;
        return result;
    };
    using enum kernel::EventKind;
    const kernel::Event added = event(device_added, kernel::Word::hmem);
    const kernel::Event probe = event(probe_begin, kernel::Word::hmem);
    const kernel::Event failed = event(fault, kernel::Word::hmem);
    const kernel::Event refused = event(dax_region_conflict, kernel::Word::hmem);
    const kernel::Event claim = event(dax_region_added, kernel::Word::dax_region);
    const kernel::Event release = event(dax_region_removed, kernel::Word::dax_region);
    kernel::Event commit = event(region_state, kernel::Word::region);
    commit.value = kernel::CXL_CONFIG_COMMIT;
    const properties::Violation lost{.property = properties::Property::lost_range,
                                     .cause = "f",
                                     .range = whole,
                                     .detail = properties::lost_detail::hmem_has_none};
    const auto judged = [&](std::vector<kernel::Event> events) {
        events.insert(events.begin(), commit);
        return properties::judge_exception(lost, {scenario, events}).id;
    };
    EXPECT_EQ(judged({added, probe, failed, claim, probe, refused}), "child-probe-fails");
    EXPECT_EQ(judged({added, probe, failed, probe, refused}), "") << "by nobody that is seen";
    EXPECT_EQ(judged({added, claim, probe, failed, probe, refused}), "") << "it was there before";
    EXPECT_EQ(judged({added, probe, failed, claim, release, probe, refused}), "") << "it is gone";
    EXPECT_EQ(judged({added, claim, probe, refused}), "") << "nothing failed";
    // A probe that fails in the gap changes nothing of who came into it.
    EXPECT_EQ(judged({added, probe, failed, claim, probe, failed, probe, refused}),
              "child-probe-fails");
    EXPECT_EQ(judged({added, claim, probe, failed, probe, failed, probe, refused}), "");
}

// A probe that fails takes away what it had registered, as an unbind does.
TEST(Exceptions, ARangeThatAFailedProbeGaveUpIsLeftToCxlAsAfterAnUnbind)
{
    const std::string text = R"(
faults = ["other: devm_add_action(hmem_platform.0)#COUNT"]
[layout]
soft_reserved = [{ range = "0x100000000-0x10fffffff" }]
windows = [{ name = "window0", range = "0x100000000-0x10fffffff" }]
[[actor]]
name = "admin"
ops = ["modprobe dax_cxl", "unbind cxl_acpi"]
[[actor]]
name = "other"
ops = ["unbind hmem_platform.0", "bind hmem_platform.0", "bind cxl_acpi", "bind hmem_platform.0"]
)";
    const auto judged = [&](const char *count) {
        std::string story = text;
        story.replace(story.find("COUNT"), 5, count);
        std::string id = "not shown";
        for (const properties::Finding &finding : findings_of(story))
            if (properties::identity(finding.violation) == "lost-range:dax_hmem_platform_probe")
                id = std::string(finding.judgement.id);
        return id;
    };
    EXPECT_EQ(judged("2"), "ML-23");
    EXPECT_NE(judged("1"), "ML-23") << "nothing was registered yet";
}

TEST(Exceptions, NoRowIsWithoutACase)
{
    std::set<std::string_view> tested;
    for (const Case &one : cases)
        tested.insert(one.exception);
    for (const properties::ExceptionRow &row : properties::exceptions())
        EXPECT_TRUE(tested.contains(row.id)) << row.id;
}

// The release that zeroes the device must have run under the lock that is then released.
TEST(Exceptions, AFreedDeviceExplainsABadUnlockOnlyUnderThatLock)
{
    const scenario::Scenario scenario;
    const kernel::Name device = kernel::name_of(kernel::Word::hmem_platform, 1);
    const auto event = [&](kernel::EventKind kind, std::uint16_t task) {
        kernel::Event result;
        result.kind = kind;
        result.task = task;
        result.object = device;
        return result;
    };
    const auto judged = [&](std::uint16_t freed_by, bool locked) {
        std::vector<kernel::Event> events = {event(kernel::EventKind::device_freed, freed_by),
                                             event(kernel::EventKind::misuse, 1)};
        events.front().value = locked;
        const properties::Violation violation{.property = properties::Property::bad_unlock,
                                              .cause = "f",
                                              .object = device,
                                              .event = events.size() - 1};
        return properties::judge_exception(violation, {scenario, events}).status;
    };
    EXPECT_EQ(judged(1, true), Status::open);
    EXPECT_EQ(judged(2, true), Status::violation);
    EXPECT_EQ(judged(1, false), Status::violation);
}

// A worse violation of the same identity is not hidden behind a known one.
TEST(Exceptions, TheViolationThatMattersMostStandsForItsIdentity)
{
    const scenario::Scenario scenario;
    const properties::Violation known{.property = properties::Property::lost_range,
                                      .cause = "f",
                                      .range = {0x1000, ~std::uint64_t{0}},
                                      .detail = properties::lost_detail::hmem_has_none};
    properties::Violation other = known;
    other.range = {0x200000, 0x3fffff};
    kernel::Event registered;
    registered.kind = kernel::EventKind::device_added;
    registered.object = kernel::name_of(kernel::Word::hmem, 1);
    registered.start = known.range.start;
    registered.end = known.range.end;
    const std::vector<kernel::Event> events = {registered};
    const std::vector<properties::Violation> verdict = {known, other};
    const auto found = properties::findings(verdict, {scenario, events});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].judgement.status, Status::violation);
    EXPECT_EQ(found[0].violation.range, other.range);
}

} // namespace run::testing
