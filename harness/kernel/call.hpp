// SPDX-License-Identifier: GPL-2.0-only
// Calls from the kernel into functions of drivers: who is on a task's stack, and whether the text of
// the module they belong to is still there.
//
// A driver writes FUNC(f) where the kernel takes a function pointer; the name and the module go along
// (the kernel does the same with #f in several of its own macros).
#pragma once

#include "kernel/name.hpp"

#include <cstdint>
#include <type_traits>

namespace kernel {

enum class FrameKind : std::uint8_t { init, exit, probe, remove, work, devres_action };

// Which load of which module a function belongs to. Built-in code is never unloaded.
struct Text {
    Word module = Word::vmlinux;
    std::uint32_t load = 0;
};

// The text of `module` as it is loaded now (or was last).
Text text_of(Word module);
bool text_alive(Text text);

// Modules whose functions are the code under test; all else is its environment.
constexpr bool under_test(Word module)
{
    return module == Word::dax_hmem || module == Word::dax_cxl || module == Word::device_hmem ||
           module == Word::dax_ko;
}

template <class Signature> struct func;

template <class Result, class... Arguments> struct func<Result(Arguments...)> {
    Result (*call)(Arguments...) = nullptr;
    const char *name = nullptr;
    Text text;

    explicit operator bool() const { return call != nullptr; }
};

template <class Result, class... Arguments>
func<Result(Arguments...)> make_func(Result (*call)(Arguments...), const char *name, Word module)
{
    return {call, name, text_of(module)};
}

// Stops the run if the function's text is gone.
void frame_enter(FrameKind kind, const char *name, Text text);
void frame_leave();

template <class Result, class... Arguments, class... Given>
Result call(FrameKind kind, const func<Result(Arguments...)> &function, Given... arguments)
{
    frame_enter(kind, function.name, function.text);
    if constexpr (std::is_void_v<Result>) {
        function.call(arguments...);
        frame_leave();
    } else {
        const Result result = function.call(arguments...);
        frame_leave();
        return result;
    }
}

} // namespace kernel

// THIS_MODULE is a Word that each file defines for itself, as the kernel's build does.
#define FUNC(f) ::kernel::make_func(f, #f, THIS_MODULE)
