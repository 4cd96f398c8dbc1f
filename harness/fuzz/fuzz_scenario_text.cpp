// SPDX-License-Identifier: GPL-2.0-only
// Random text for the parser of scenarios.
#include "fuzz/scenario_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    return fuzz::scenario_text(data, size);
}
