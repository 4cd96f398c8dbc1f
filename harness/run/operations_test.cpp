// SPDX-License-Identifier: GPL-2.0-only
// Operations look at what is there, and see what is there no more.
#include "run/planted.hpp"

#include <gtest/gtest.h>

namespace run::testing {

using namespace kernel;

namespace {

// What a module leaves behind whose init registers a driver and then fails, or does not fail.
std::vector<std::string> found_by_bind(bool fails)
{
    const module_info module =
        fails ? planted_module([] {
            planted().driver.probe = {[](platform_device *) { return 0; }, "planted_probe",
                                      text_of(THIS_MODULE)};
            planted().driver.driver.name = name_of(Word::hmem_platform);
            platform_driver_register(&planted().driver);
            return -ENOMEM;
        })
              : planted_module(
                    [] {
                        planted().driver.probe = {[](platform_device *) { return 0; },
                                                  "planted_probe", text_of(THIS_MODULE)};
                        planted().driver.driver.name = name_of(Word::hmem_platform);
                        return platform_driver_register(&planted().driver);
                    },
                    [] { platform_driver_unregister(&planted().driver); });
    const scenario::Scenario scenario = parse(R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x13fffffff" }]
[[actor]]
name = "admin"
ops = ["modprobe dax_hmem", "bind hmem_platform.0"]
)");
    drivers::Revision revision = *drivers::find_revision("v8");
    revision.dax_hmem = &module;
    Machine machine;
    const Result result = machine.run(revision, scenario);
    std::vector<std::string> lines;
    for (const auto &finding : properties::findings(result.verdict, {scenario, result.events}))
        lines.push_back(properties::identity(finding.violation) + " " +
                        to_string(finding.violation.object));
    return lines;
}

} // namespace

TEST(Operations, BindFindsADriverOnTheListThatItsModuleLeftBehind)
{
    EXPECT_EQ(found_by_bind(true), Shown{"use-after-free:actor dax_hmem"});
}

TEST(Operations, BindOfALiveDriverIsNoMisuse) { EXPECT_EQ(found_by_bind(false), Shown{}); }

} // namespace run::testing
