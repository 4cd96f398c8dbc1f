// SPDX-License-Identifier: GPL-2.0-only
// What a row of the table of accepted and open outcomes takes in its own case it refuses where its
// reason lies elsewhere.
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace run::testing {

namespace {

// The same story with the row's operation at another time, or on another region, range or device.
// What the row takes in its own case it must refuse under these circumstances.
struct Elsewhere {
    const char *exception;
    const char *file;
    const char *identity;
    std::vector<std::pair<const char *, const char *>> replaced;
};

const std::vector<Elsewhere> elsewhere = {
    // The region has no part of the range.
    {"ML-8",
     "ml-8-part-taken-before",
     "lost-range:process_defer_work",
     {{"0x100000000-0x11fffffff", "0x140000000-0x15fffffff"}}},
    // Another region than the range's is torn down.
    {"ML-10",
     "ml-10-region-torn-down",
     "lost-range:dax_hmem_platform_probe",
     {{"regions = [", "regions = [{ name = \"region1\", range = \"0x140000000-0x17fffffff\" }, "},
      {"destroy region0", "destroy region1"}}},
    // Reloaded before HMEM had won anything.
    {"ML-17",
     "ml-17-reload-after-hmem-won",
     "lost-range:dax_hmem_init",
     {{"\"modprobe dax_cxl\", \"rmmod dax_cxl\"",
       "\"slow-probe start\", \"modprobe dax_hmem\", \"unbind hmem_platform.0\", "
       "\"slow-probe end\""}}},
    // Unbound before HMEM had won anything.
    {"ML-23",
     "ml-23-rebind-after-hmem-won",
     "lost-range:dax_hmem_platform_probe",
     {{"\"modprobe dax_cxl\", \"rmmod dax_cxl\"", "\"slow-probe start\", \"modprobe dax_hmem\""},
      {"\"bind hmem_platform.0\"", "\"slow-probe end\", \"bind hmem_platform.0\""}}},
    // The fault is in the probe's walk, not in the resolution's.
    {"ML-3",
     "ml-3-fault-in-resolution",
     "lost-range:process_defer_work",
     {{"resolution: memregion_alloc", "admin: memregion_alloc"},
      {"0x140000000-0x17fffffff", "0x240000000-0x27fffffff"}}},
    // The walk ends at a range that lies behind the first, which then has its device.
    {"ML-3",
     "ml-3-fault-in-resolution",
     "lost-range:process_defer_work",
     {{"memregion_alloc(-)#1", "memregion_alloc(-)#2"}}},
    // The walk still ends there, but the range lies in no window: the probe is to register it.
    {"ML-3",
     "ml-3-fault-in-resolution",
     "lost-range:process_defer_work",
     {{"0x100000000-0x13fffffff\" }, { range = \"0x140000000-0x17fffffff",
       "0x0c0000000-0x0ffffffff\" }, { range = \"0x100000000-0x13fffffff"},
      {"0x100000000-0x1ffffffff", "0x0c0000000-0x0ffffffff"}}},
    // The call that fails is of the child's probe, whose result no walk returns.
    {"ML-4",
     "ml-4-fault-in-probe",
     "lost-range:dax_hmem_init",
     {{"admin: memregion_alloc(-)#1", "admin: alloc_dax_region(hmem.1)#1"}}},
    // The probe is tried again and succeeds.
    {"ML-4",
     "ml-4-fault-in-probe",
     "lost-range:dax_hmem_init",
     {{"\"modprobe dax_hmem\"",
       "\"modprobe dax_hmem\", \"rmmod dax_hmem\", \"modprobe dax_hmem\""}}},
    // The region without a dax device is another range's.
    {"ML-7",
     "ml-7-pmem-region-counts",
     "lost-range:process_defer_work",
     {{"0x100000000-0x13fffffff", "0x140000000-0x17fffffff"}}},
    // Another driver's registration fails.
    {"ML-12",
     "ml-12-unregister-unregistered",
     "driver-core-misuse:cxl_dax_region_exit",
     {{"cxl-register: driver_register(cxl_dax_region)#1", "admin: driver_register(hmem)#1"}}},
    // The region lies beside the range, in the same window.
    {"ML-24",
     "ml-24-region-in-the-way",
     "unusable-range:process_defer_work",
     {{"0x100000000-0x13fffffff", "0x180000000-0x1bfffffff"},
      {"0x100000000-0x17fffffff", "0x100000000-0x1ffffffff"}}},
    // The node is known.
    {"no-target-node",
     "no-target-node",
     "unusable-range:dax_hmem_init",
     {{"node = -1", "node = 0"}}},
    // HMAT knows it.
    {"no-target-node",
     "no-target-node",
     "unusable-range:dax_hmem_init",
     {{"[layout]", "[layout]\nhmat = [{ range = \"0x100000000-0x13fffffff\", node = 1 }]"}}},
    // The range is a piece of one that has a memory block in it.
    {"no-memory-block",
     "no-memory-block",
     "unusable-range:dax_hmem_init",
     {{"0x1001fffff", "0x107ffffff"}}},
    // The window comes back before the range is visited.
    {"memory-left-online",
     "memory-left-online",
     "wrong-owner:dax_hmem_platform_probe",
     {{"\"unbind cxl_acpi\",", "\"unbind cxl_acpi\", \"bind cxl_acpi\","}}},
    // Another region commits between the two ranges, the one around both had done so before.
    {"region-came-during-walk",
     "region-came-during-walk",
     "lost-range:process_defer_work",
     {{", assembly = \"late\" }",
       " }, { name = \"region1\", range = \"0x180000000-0x1bfffffff\", assembly = \"late\" }"},
      {"assemble region0", "assemble region1"},
      {"resolution before device_add hmem.1 #1 -> other",
       "resolution before region_contains cxl_region #2 -> other"}}},
    // The region that claims first has a part of the range only (ML-8).
    {"region-claimed-first",
     "region-claimed-first",
     "lost-range:process_defer_work",
     {{"regions = [{ name = \"region0\", range = \"0x100000000-0x10fffffff\"",
       "regions = [{ name = \"region0\", range = \"0x100000000-0x107ffffff\""}}},
    // Another region is removed.
    {"region-going",
     "region-going",
     "lost-range:process_defer_work",
     {{"regions = [", "regions = [{ name = \"region1\", range = \"0x140000000-0x17fffffff\" }, "},
      {"destroy region0", "destroy region1"}}},
    // The dax region that fails is another range's, which now comes first.
    {"child-probe-fails",
     "child-probe-fails",
     "lost-range:dax_hmem_init",
     {{"soft_reserved = [", "soft_reserved = [{ range = \"0x080000000-0x0bfffffff\" }, "}}},
    // The windows come back before the resolution.
    {"window-withdrawn",
     "window-withdrawn-before-resolution",
     "lost-range:process_defer_work",
     {{"\"modprobe dax_hmem\", \"unbind cxl_acpi\"",
       "\"slow-probe start\", \"modprobe dax_hmem\", \"unbind cxl_acpi\", "
       "\"bind cxl_acpi\", \"slow-probe end\""}}},
    // The window comes back before the probe looks.
    {"window-published-late",
     "window-published-after-probe",
     "double-registration:process_defer_work",
     {{"\"bind hmem_platform.0\", \"bind cxl_acpi\"",
       "\"bind cxl_acpi\", \"bind hmem_platform.0\""}}},
};

// Rows about the range itself, or about the very record that shows the violation.
constexpr std::string_view about_itself[] = {"ML-11", "ML-13", "ML-16", "zeroed-under-its-lock",
                                             "built-in-init-fails"};

} // namespace

TEST(Exceptions, EveryRowRefusesItsViolationWhereTheReasonLiesElsewhere)
{
    for (const Elsewhere &tested : elsewhere) {
        const std::string path =
            std::string(HMEMFUZZ_SOURCE_DIR "/regressions/") + tested.file + ".toml";
        std::string text = read_file(path);
        const auto original = findings_of(text);
        const auto found = std::find_if(original.begin(), original.end(), [&](const auto &finding) {
            return properties::identity(finding.violation) == tested.identity;
        });
        ASSERT_NE(found, original.end()) << tested.exception;
        EXPECT_EQ(found->judgement.id, tested.exception);
        for (const auto &[what, with] : tested.replaced) {
            const auto at = text.rfind(what);
            ASSERT_NE(at, text.npos) << tested.exception << ": " << what;
            text.replace(at, std::string_view(what).size(), with);
        }
        const scenario::Scenario scenario = parse(text);
        Machine machine;
        const Result result = machine.run(revision("mainline"), scenario);
        EXPECT_TRUE(result.all_faults_fired()) << tested.exception;
        properties::Violation violation = found->violation;
        violation.event = result.events.size(); // what it was found at is not of this run
        EXPECT_NE(properties::judge_exception(violation, {scenario, result.events}).id,
                  tested.exception);
    }
}

TEST(Exceptions, NoRowIsWithoutACircumstanceInWhichItRefuses)
{
    std::set<std::string_view> tested(std::begin(about_itself), std::end(about_itself));
    for (const Elsewhere &one : elsewhere)
        tested.insert(one.exception);
    for (const properties::ExceptionRow &row : properties::exceptions())
        EXPECT_TRUE(tested.contains(row.id)) << row.id;
}

namespace {

//   Soft Reserved    AAAAAAAABBBB      HMAT splits it into A and B
//   region0              RRRRRRRR      has a part of A, and all of B
//
// HMEM takes A, so that region0 is refused and B is nobody's (ML-8). Then HMEM's device of A is unbound, and
// region0 is bound again.
constexpr const char *refused_once = R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x15fffffff" }]
hmat = [{ range = "0x100000000-0x13fffffff" }, { range = "0x140000000-0x15fffffff" }]
windows = [{ name = "window0", range = "0x100000000-0x1ffffffff" }]
regions = [{ name = "region0", range = "0x120000000-0x15fffffff" }]
[[actor]]
name = "admin"
ops = ["modprobe dax_hmem", "modprobe dax_cxl", "slow-probe start", "slow-probe end"]
[[actor]]
name = "later"
ops = ["unbind hmem.2", "unbind region0", "bind region0"]
)";

} // namespace

// As if dax_cxl had failed for no reason when it was asked again.
TEST(Exceptions, ARefusalInAnEarlierLifeOfTheRegionExplainsNothing)
{
    const scenario::Scenario scenario = parse(refused_once);
    Machine machine;
    const Result result = machine.run(revision("mainline"), scenario);
    ASSERT_TRUE(identities(result, scenario).empty());
    const properties::Violation lost = {.property = properties::Property::lost_range,
                                        .cause = "process_defer_work",
                                        .object = kernel::name_of(kernel::Word::hmem_platform, 0),
                                        .range = {0x140000000, 0x15fffffff},
                                        .detail = properties::lost_detail::cxl_has_none};
    EXPECT_EQ(judge_exception(lost, {scenario, result.events}).status,
              properties::Status::violation);

    const auto unbound =
        std::find_if(result.events.begin(), result.events.end(), [](const kernel::Event &event) {
            return event.kind == kernel::EventKind::unbind_begin &&
                   event.object == kernel::name_of(kernel::Word::hmem, 2);
        });
    ASSERT_NE(unbound, result.events.end());
    EXPECT_EQ(judge_exception(lost, {scenario, {result.events.begin(), unbound}}).id, "ML-8");
}

} // namespace run::testing
