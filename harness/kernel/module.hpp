// SPDX-License-Identifier: GPL-2.0-only
// Modules, loadable or built in (KERNEL.md section 3).
//
// Covers: COMING, LIVE, GOING and freed text; static data that is fresh at each load; symbol
// dependencies and the reference they hold; soft dependencies; modprobe, insmod, rmmod, request_module
// with their waits and refusals; the async_synchronize_full that ends a load and an unload; modules that
// are built in.
// Does not cover: a missing /sbin/modprobe, the 30 s limit of a wait for a provider (it is a wait until
// LIVE or GOING).
#pragma once

#include "kernel/call.hpp"
#include "kernel/name.hpp"

#include <cstdint>
#include <span>

namespace kernel {

enum class module_state : std::int8_t { freed = -1, coming, live, going };

struct exported_symbol {
    const char *name;
    void (*function)();
};

// What is compiled: constant for a run.
struct module_info {
    Word name = Word::none;
    int (*init)() = nullptr;
    const char *init_name = nullptr;
    void (*exit)() = nullptr;
    const char *exit_name = nullptr;
    // Allocates the module's static data (kzalloc), initialised; nullptr if it has none.
    void *(*new_data)() = nullptr;
    std::span<const exported_symbol> exports;
    // Modules whose symbols it links against.
    std::span<const Word> providers;
    // MODULE_SOFTDEP("pre: ..."): modprobe loads these first and goes on if that fails; insmod does not.
    std::span<const Word> soft_providers = {};
};

// Makes the module one that can be loaded in this run.
void install_module(const module_info *info);

// Makes an installed module part of the kernel's image. Its text and static data live as long as the
// kernel, whatever its init returns; its exit never runs. To load it does nothing, to unload it is
// refused, whoever links against it finds its symbols.
void build_in(Word name);
bool is_built_in(Word name);
// Runs its init, in the boot task, and returns 0 or -errno. The kernel goes on either way.
int run_initcall(Word name);
// The same for what would be a module elsewhere: other tasks may run before it.
void run_module_initcall(Word name);

// Records what is no leak although nobody gives it back: what the static data of a module points to
// whose exit never runs. From the main stack, when everything else is unloaded.
void keep_what_is_built_in();

// 0 or -errno, as the program of that name would see it.
int modprobe(Word module);
int insmod(Word module);
int rmmod(Word module);
// Runs modprobe in a task of its own and waits for it, unless the module is LIVE.
void request_module(Word module);

bool module_live(Word module);
// Static data of the module's present load, or of its last one.
void *module_data(Word module);
// An exported function of a loaded module. The caller's load has checked that it exists.
void (*find_symbol(Word module, const char *name))();

template <class Data> Data &static_data(Word module)
{
    return *static_cast<Data *>(module_data(module));
}

struct module {
    const module_info *info = nullptr;
    module_state state = module_state::freed;
    std::uint32_t load = 0; // counts loads: a function pointer of an earlier one is dangling
    bool text = false;
    bool loading = false; // from COMING until the load returned: the initial reference
    bool built_in = false;
    bool initialised = false; // built in, and its init succeeded
    std::int32_t users = 0;
    void *data = nullptr;
};

} // namespace kernel
