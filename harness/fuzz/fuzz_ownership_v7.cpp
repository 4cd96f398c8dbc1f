// SPDX-License-Identifier: GPL-2.0-only
// Random scenarios on the revision v7.
#include "fuzz/ownership.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    return fuzz::ownership("v7", data, size);
}
