// SPDX-License-Identifier: GPL-2.0-only
#include "cli/interrupt.hpp"

#include <array>
#include <atomic>
#include <csignal>

namespace cli {
namespace {

constexpr std::array signals = {SIGINT, SIGTERM};

std::atomic<bool> asked = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void ask(int signal)
{
    asked = true;
    std::signal(signal, SIG_DFL);
}

} // namespace

Interrupt::Interrupt()
{
    asked = false;
    for (const int signal : signals)
        std::signal(signal, ask);
}

Interrupt::~Interrupt()
{
    for (const int signal : signals)
        std::signal(signal, SIG_DFL);
}

bool Interrupt::is_asked() const { return asked; }

} // namespace cli
