// SPDX-License-Identifier: GPL-2.0-only
// A bug stays a violation beside what an accepted or open outcome needs: each story is V7-3 with the
// ingredients of one row of the table added where they explain nothing.
#include "run/testing.hpp"

#include <gtest/gtest.h>

namespace run::testing {
namespace {

struct Neighbour {
    const char *exception;
    // Put in front of [layout]; behind region0; in front of the actor's operations; at the top of
    // [layout].
    const char *head;
    const char *region;
    const char *operation;
    const char *layout = "";
};

constexpr Neighbour neighbours[] = {
    {"nothing", "", "", ""},
    {"ML-4", R"(faults = ["admin: nth 1"])", "", R"("modprobe dax_hmem", )"},
    {"ML-7", "",
     R"({ name = "region1", range = "0x850000000-0x284fffffff", mode = "pmem", assembly = "none" })",
     ""},
    {"ML-7", "", R"({ name = "region1", range = "0x2850000000-0x285fffffff", mode = "pmem" })", ""},
    {"ML-8", "", R"({ name = "region1", range = "0x2850000000-0x285fffffff" })", ""},
    {"ML-10", "", R"({ name = "region1", range = "0x2850000000-0x285fffffff" })",
     R"("modprobe dax_hmem", "destroy region1", )"},
    {"ML-12", R"(faults = ["cxl-register: driver_register(cxl_dax_region)#1"])", "", ""},
    {"ML-13", "", R"({ name = "region1", range = "0x850000000-0x2850000000", assembly = "none" })",
     ""},
    {"ML-13", "", R"({ name = "region1", range = "0x2850000000-0x2850000fff" })", ""},
    {"child-probe-fails", R"(faults = ["probe:dax_region0: alloc_dax_region(dax_region0)#1"])", "",
     ""},
    {"memory-left-online", "", "", "", "config = { kmem_remove_fails = true }"},
    {"window-withdrawn", "", "", R"("modprobe cxl_acpi", "unbind cxl_acpi", "bind cxl_acpi", )"},
};

std::string with(std::string text, const std::string &what, const std::string &behind)
{
    const auto at = text.find(what);
    EXPECT_NE(at, text.npos) << what;
    return text.insert(at + (behind == "[layout]" ? 0 : what.size()), behind);
}

} // namespace

TEST(Exceptions, ABugStaysAViolationBesideTheIngredientsOfAKnownOutcome)
{
    const std::string base =
        read_file(HMEMFUZZ_SOURCE_DIR "/regressions/v7-3-reload-takes-from-cxl.toml");
    for (const Neighbour &neighbour : neighbours) {
        SCOPED_TRACE(std::string(neighbour.exception) + neighbour.head + neighbour.region +
                     neighbour.operation);
        std::string text = base;
        text.insert(text.find("[layout]"), std::string(neighbour.head) + "\n\n");
        if (*neighbour.region != '\0')
            text =
                with(text, R"(regions = [{ name = "region0", range = "0x850000000-0x284fffffff" })",
                     std::string(", ") + neighbour.region);
        text = with(text, "ops = [", neighbour.operation);
        text = with(text, "[layout]", std::string("\n") + neighbour.layout);
        const scenario::Scenario scenario = parse(text.c_str());
        Machine machine;
        const Result result = machine.run(revision("v7"), scenario);
        EXPECT_TRUE(result.all_faults_fired());
        bool shown = false;
        for (const auto &finding :
             properties::findings(result.verdict, {scenario, result.events})) {
            if (properties::identity(finding.violation) != "lost-range:dax_hmem_init")
                continue;
            shown = true;
            EXPECT_EQ(finding.judgement.status, properties::Status::violation)
                << finding.judgement.id;
        }
        EXPECT_TRUE(shown);
    }
}

} // namespace run::testing
