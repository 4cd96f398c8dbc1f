// SPDX-License-Identifier: GPL-2.0-only
// With the properties switched off the sanitizers must speak by themselves: freed objects go back to
// the heap at once, leaked ones are forgotten. In builds without AddressSanitizer there is nothing to
// test here.
#include "kernel/sanitizer.hpp"
#include "run/planted.hpp"

#include <gtest/gtest.h>

#ifdef HMEMFUZZ_ASAN
#include <sanitizer/lsan_interface.h>

#include <sys/wait.h>

namespace run::testing {

using namespace kernel;

namespace {

constexpr Options raw{.memory = Memory::raw, .place = Place::heap};
constexpr Options raw_in_arena{.memory = Memory::raw, .place = Place::arena};

// V8-1: init fails after hmem_platform's probe queued the work; the work item goes with the module.
constexpr const char *v8_1 = R"(
faults = ["admin: driver_register(hmem)#1"]
[layout]
soft_reserved = [{ range = "0x100000000-0x13fffffff" }]
windows = [{ name = "window0", range = "0x100000000-0x1ffffffff" }]
[[actor]]
name = "admin"
ops = ["modprobe dax_hmem"]
)";

// V1-6: whatever unbinds hmem_platform.0 frees the work's object by the wrong address.
constexpr const char *v1_6 = R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x13fffffff" }]
[[actor]]
name = "admin"
ops = ["modprobe dax_hmem", "unbind hmem_platform.0"]
)";

void run_raw(std::string_view revision_id, const char *text, const Options &options = raw)
{
    const scenario::Scenario scenario = parse(text);
    Machine machine;
    const Result result = machine.run(revision(revision_id), scenario, options);
    EXPECT_TRUE(result.verdict.empty());
}

void leak_check_after(const module_info &module, Memory memory = Memory::raw)
{
    {
        const PlantedRun run(module, memory);
    }
    __lsan_do_leak_check();
    std::_Exit(0);
}

const module_info leaky =
    planted_module([] { return platform_device_alloc(name_of(Word::hmem, 3)) ? 0 : -ENOMEM; });

const module_info tidy = planted_module([] {
    platform_device_put(platform_device_alloc(name_of(Word::hmem, 3)));
    return 0;
});

// The run stops in the middle of driver_register, in the probe of a device that was there.
const module_info stopping = planted_module([] {
    planted().driver.probe = make_func(
        +[](platform_device *) {
            flush_workqueue(nullptr);
            return 0;
        },
        "planted_probe", THIS_MODULE);
    planted().driver.driver.name = name_of(Word::hmem_platform);
    return platform_driver_register(&planted().driver);
});

bool failed(int status) { return WIFEXITED(status) && WEXITSTATUS(status) != 0; }

} // namespace

TEST(SanitizersAlone, AddressSanitizerSeesTheWorkThatOutlivesItsModule)
{
    EXPECT_DEATH(run_raw("v8", v8_1), "heap-use-after-free");
}

TEST(SanitizersAlone, AddressSanitizerSeesItInTheArenaToo)
{
    EXPECT_DEATH(run_raw("v8", v8_1, raw_in_arena), "use-after-poison");
}

TEST(SanitizersAlone, AddressSanitizerIsSilentInTheArenaWhereTheErrorPathDestroysTheQueue)
{
    run_raw("mainline", v8_1, raw_in_arena);
}

TEST(SanitizersAlone, AddressSanitizerSeesAFreeByAWrongAddressInTheArenaToo)
{
    EXPECT_DEATH(run_raw("v1", v1_6, raw_in_arena), "attempting free on address");
}

TEST(SanitizersAlone, AddressSanitizerIsSilentWhereTheErrorPathDestroysTheQueue)
{
    run_raw("mainline", v8_1);
}

TEST(SanitizersAlone, AddressSanitizerSeesTheFreeByAWrongAddress)
{
    EXPECT_DEATH(run_raw("v1", v1_6), "attempting free on address which was not malloc");
}

TEST(SanitizersAlone, AddressSanitizerIsSilentWhereNothingOfTheKindIsFreed) { run_raw("v6", v1_6); }

TEST(SanitizersAlone, LeakSanitizerSeesADeviceLeakedByCodeOnAFiber)
{
    EXPECT_EXIT(leak_check_after(leaky), failed, "detected memory leaks");
}

TEST(SanitizersAlone, LeakSanitizerIsSilentWhenTheDeviceIsPut)
{
    EXPECT_EXIT(leak_check_after(tidy), ::testing::ExitedWithCode(0), "");
}

// Fibers are abandoned, not unwound: what their frames own would be lost.
TEST(SanitizersAlone, LeakSanitizerIsSilentWhereARunStopsInsideARegistration)
{
    EXPECT_EXIT(leak_check_after(stopping, Memory::judged), ::testing::ExitedWithCode(0), "");
}

} // namespace run::testing
#endif
