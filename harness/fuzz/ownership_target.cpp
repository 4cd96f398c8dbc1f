// SPDX-License-Identifier: GPL-2.0-only
// Random scenarios on one revision. Compiled once for each row of the table of revisions, as the
// target fuzz_ownership_ID (harness/CMakeLists.txt).
#include "fuzz/ownership.hpp"
#include "fuzz/served.hpp"

fuzz::Served fuzz::served() { return {generators::Runs::scheduled, HMEMFUZZ_REVISION_ID}; }

extern "C" int LLVMFuzzerInitialize(int *, char ***)
{
    fuzz::prepare_ownership(HMEMFUZZ_REVISION_ID);
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    return fuzz::ownership(HMEMFUZZ_REVISION_ID, data, size);
}
