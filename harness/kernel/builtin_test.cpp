// SPDX-License-Identifier: GPL-2.0-only
// Covers: modules that are built in: their initcall, what operations make of them, what they keep
// for ever (KERNEL.md section 3).
#include "kernel/errno.hpp"
#include "kernel/module.hpp"
#include "kernel/object.hpp"
#include "kernel/testing.hpp"
#include "kernel/workqueue.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>

namespace kernel {
namespace {

struct Data {
    int value = 0;
    void *kept = nullptr;
};

constexpr Word provider = Word::dax_hmem;
constexpr Word user = Word::dax_cxl;

// What the provider's init does: the test that runs now says it.
thread_local std::function<int()> script;

int provider_init() { return script ? script() : 0; }
void no_exit() { ADD_FAILURE() << "exit runs"; }
void exported() { ++static_data<Data>(provider).value; }
int user_init()
{
    find_symbol(provider, "exported")();
    return 0;
}

constexpr std::array exports = {exported_symbol{"exported", exported}};
constexpr std::array links = {provider};

constexpr module_info provider_info = {
    .name = provider,
    .init = provider_init,
    .init_name = "provider_init",
    .exit = no_exit,
    .exit_name = "no_exit",
    .new_data = []() -> void * { return new_object<Data>(name_of(provider)); },
    .exports = exports};
constexpr module_info user_info = {.name = user,
                                   .init = user_init,
                                   .init_name = "user_init",
                                   .exit = [] {},
                                   .exit_name = "empty_exit",
                                   .providers = links};

class BuiltIn : public KernelTest {
protected:
    BuiltIn() { install({}); }

    void install(std::function<int()> init)
    {
        script = std::move(init);
        install_module(&provider_info);
        install_module(&user_info);
        build_in(provider);
    }
    void boot_with(std::function<int()> init)
    {
        script = std::move(init);
        run_actor([] { run_module_initcall(provider); });
    }
    static Data &data() { return static_data<Data>(provider); }
    bool says_live() const
    {
        const auto states = events(EventKind::module_state, name_of(provider));
        return states.size() == 1 &&
               states[0].value == static_cast<std::int32_t>(module_state::live);
    }
};

TEST_F(BuiltIn, DataAreThereBeforeTheInitAndStayAfterIt)
{
    data().value = 7;
    boot_with([] {
        EXPECT_EQ(data().value, 7);
        return 0;
    });
    EXPECT_EQ(data().value, 7);
    EXPECT_TRUE(says_live());
    EXPECT_TRUE(state_.objects.survivors().empty()) << "they live as long as the kernel";
}

TEST_F(BuiltIn, OtherTasksMayRunBeforeTheInit)
{
    restart({.switches = {switch_before(actor_role(0), Point::module_coming, name_of(provider),
                                        actor_role(1))}});
    install([this] {
        note("init");
        return 0;
    });
    add_actor([] { run_module_initcall(provider); });
    add_actor([this] { note("other"); });
    run();
    EXPECT_EQ(journal(), (Strings{"other", "init"}));
}

TEST_F(BuiltIn, LoadingItDoesNothingAndUnloadingItIsRefused)
{
    boot_with([this] {
        note("init");
        return 0;
    });
    run_actor([] {
        EXPECT_EQ(modprobe(provider), 0);
        EXPECT_EQ(insmod(provider), -EEXIST);
        request_module(provider);
        EXPECT_EQ(rmmod(provider), -ENOENT);
    });
    EXPECT_EQ(journal(), Strings{"init"});
    EXPECT_TRUE(module_live(provider));
    EXPECT_TRUE(ended());
}

// ML-6: request_module finds nothing to do.
TEST_F(BuiltIn, RequestOfOneWhoseInitIsStillToComeReturnsAtOnce)
{
    script = [this] {
        note("init");
        return 0;
    };
    run_actor([this] {
        request_module(provider);
        note("returned");
    });
    EXPECT_EQ(journal(), Strings{"returned"});
    EXPECT_TRUE(ended());
}

TEST_F(BuiltIn, LoadableUserLinksAndComesAndGoes)
{
    boot_with([this] {
        note("init");
        return 0;
    });
    run_actor([] {
        EXPECT_EQ(modprobe(user), 0);
        EXPECT_EQ(data().value, 1);
        EXPECT_EQ(rmmod(user), 0);
        EXPECT_EQ(insmod(user), 0);
    });
    EXPECT_EQ(data().value, 2);
    EXPECT_EQ(journal(), Strings{"init"});
    EXPECT_TRUE(ended());
}

// "after a failed init the code stays callable"
TEST_F(BuiltIn, FailedInitLeavesItsSymbolsItsCodeAndItsData)
{
    TestWork work(Word::resolution, [this] { note("work"); });
    boot_with([&] {
        INIT_WORK(&work, TestWork::function(provider));
        queue_work(system_long_wq, &work);
        return -ENOMEM;
    });
    EXPECT_EQ(journal(), Strings{"work"});
    run_actor([] { EXPECT_EQ(modprobe(user), 0); });
    EXPECT_EQ(data().value, 1);
    EXPECT_FALSE(says_live());
    EXPECT_TRUE(misuses().empty());
}

// ---------------------------------------------------------------- what it keeps for ever

TEST_F(BuiltIn, WhatItsDataPointToIsNoLeakAndAllElseIs)
{
    boot_with([] {
        data().kept = new_object<Data>(name_of(Word::test, 1));
        new_object<Data>(name_of(Word::test, 2));
        return 0;
    });
    keep_what_is_built_in();
    const auto leaks = state_.objects.survivors();
    ASSERT_EQ(leaks.size(), 1U);
    EXPECT_EQ(leaks[0].what, name_of(Word::test, 2));
}

TEST_F(BuiltIn, DeviceItsDataPointToIsKeptWithOneReference)
{
    boot_with([this] {
        data().kept = add_device(Word::hmem_platform);
        add_device(Word::hmem);
        return 0;
    });
    keep_what_is_built_in();
    const auto kept = events(EventKind::device_kept);
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].object, name_of(Word::hmem_platform, 0));
    EXPECT_EQ(kept[0].start, state_.platform_bus.devices.at(0)->serial);
}

// Then it is what the error path forgot.
TEST_F(BuiltIn, WhatAFailedInitLeftIsALeak)
{
    boot_with([] {
        data().kept = new_object<Data>(name_of(Word::test, 1));
        return -ENOMEM;
    });
    keep_what_is_built_in();
    EXPECT_EQ(state_.objects.survivors().size(), 1U);
}

TEST_F(BuiltIn, LoadableModuleKeepsNothing)
{
    restart();
    script = [] {
        data().kept = new_object<Data>(name_of(Word::test, 1));
        return 0;
    };
    install_module(&provider_info);
    run_actor([] { EXPECT_EQ(insmod(provider), 0); });
    keep_what_is_built_in();
    EXPECT_EQ(state_.objects.survivors().size(), 2U) << "with its data";
}

} // namespace
} // namespace kernel
