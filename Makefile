# Everything a person types; the work is Meson's. `meson setup build && ninja -C build` works alone.

BUILD ?= build
SANITIZED ?= build-sanitized
FUZZING ?= build-fuzz
PREFIX ?= /usr/local
SECONDS ?= 60
MESON_OPTIONS ?=

.PHONY: all demo check lint bench fuzz install samples clean setup-build

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD)

setup-build:
	@tools/setup build

$(BUILD)/build.ninja: | setup-build
	@meson setup $(BUILD) --prefix $(PREFIX) $(MESON_OPTIONS)

# Builds, makes the two sample images, assesses them, and shows where the reports are.
demo: $(BUILD)/build.ninja
	@tools/setup build samples
	@ninja -C $(BUILD) src/cli/proviso src/worker/proviso-worker
	@samples/make.sh $(BUILD)/samples
	@tools/demo $(BUILD)

# Every test; the last line is the sum.
check:
	@tools/setup build samples check
	@$(MAKE) --no-print-directory all
	@test -f $(SANITIZED)/build.ninja || CC=clang meson setup $(SANITIZED) --buildtype debugoptimized \
	  -Db_sanitize=address,undefined -Db_lundef=false -Dwerror=true $(MESON_OPTIONS)
	@ninja -C $(SANITIZED)
	@tools/check $(BUILD) $(SANITIZED)

lint:
	@tools/lint

bench:
	@tools/setup build samples bench
	@$(MAKE) --no-print-directory all
	@tests/bench/run $(BUILD)

fuzz:
	@tools/setup build check
	@test -f $(FUZZING)/build.ninja || CC=clang meson setup $(FUZZING) -Dfuzz=true -Db_lundef=false \
	  -Db_sanitize=address,undefined
	@ninja -C $(FUZZING)
	@tests/fuzz/run $(FUZZING) $(SECONDS)

install: all
	@meson configure $(BUILD) --prefix $(PREFIX)
	@meson install -C $(BUILD)

samples:
	@samples/make.sh $(BUILD)/samples

clean:
	@rm -rf $(BUILD) $(SANITIZED) $(FUZZING)
