import assert from "node:assert/strict";
import { inspect } from "node:util";
import { DEFAULT_LIMITS, resolveLimits } from "../../../../src/run/limits.ts";
import { LIMIT_SETTINGS, SETTING_DEFAULTS, type SettingName } from "../../../../src/vscode/contributions.ts";
import { BadSetting, readValues } from "../../../../src/vscode/settings/settingValues.ts";

const read = (changed: Partial<Record<SettingName, unknown>> = {}): ReturnType<typeof readValues> =>
  readValues((name) => (name in changed ? changed[name] : SETTING_DEFAULTS[name]));

describe("The values of the settings", () => {
  it("are what a run is asked for, in the units of a request", () => {
    const values = {
      timeout: 0.5,
      memory: 64,
      processes: 8,
      disk: 1.5,
      "output.limit": 0,
      cpus: 0.5,
      cpuShares: 512,
      network: "bridge",
      readOnlyRootFilesystem: false,
      isolation: "gvisor",
      include: ["lib/**"],
      "engine.host": " tcp://build:2375 ",
      "snapshots.enabled": false,
      "images.mirror": " registry.example/hub ",
      "packages.index": { npm: "https://registry.example/npm" },
      platform: "linux/arm64",
    };
    assert.deepEqual(read(values), {
      limits: {
        timeoutMs: 500,
        memoryBytes: 67_108_864,
        processes: 8,
        diskBytes: 1_572_864,
        outputBytes: 0,
        cpus: 0.5,
        cpuShares: 512,
      },
      network: "bridge",
      readOnlyRoot: false,
      isolation: "gvisor",
      include: ["lib/**"],
      engineHost: "tcp://build:2375",
      snapshots: "use",
      mirror: "registry.example/hub",
      packageIndex: { npm: "https://registry.example/npm" },
      platform: "linux/arm64",
    });
  });

  it("are by default those of a run that asks for nothing", () => {
    assert.deepEqual(read(), {
      limits: { ...DEFAULT_LIMITS, outputBytes: 10 * 1024 * 1024 },
      network: "none",
      readOnlyRoot: true,
      isolation: "default",
      include: [],
      engineHost: undefined,
      snapshots: "make",
      mirror: undefined,
      packageIndex: {},
      platform: undefined,
    });
  });

  for (const { name, least, most, unit } of LIMIT_SETTINGS) {
    it(`may be from ${least} to ${most} for forgeai.${name}, all of which a run takes`, () => {
      for (const value of [least, most]) assert.ok(resolveLimits(read({ [name]: value }).limits));
    });

    for (const value of [least - 1, most + 1, "plenty", null, undefined, Number.NaN, [least]]) {
      it(`can't be ${inspect(value)} for forgeai.${name}`, () => {
        assert.throws(
          () => read({ [name]: value }),
          (error) => {
            assert.ok(error instanceof BadSetting);
            assert.equal(error.code, "bad-request");
            assert.equal(error.setting, name);
            assert.equal(error.message, `The setting forgeai.${name} can't be ${JSON.stringify(value)}.`);
            assert.match(
              error.hint,
              new RegExp(`^It has to be a (whole )?number of ${unit}, from ${least} to ${most}\\.$`),
            );
            return true;
          },
        );
      });
    }
  }

  const others: readonly { name: SettingName; values: readonly unknown[]; hint: string }[] = [
    { name: "processes", values: [8.5], hint: "It has to be a whole number of processes, from 4 to 32768." },
    { name: "cpuShares", values: [2.5], hint: "It has to be a whole number of shares, from 2 to 262144." },
    { name: "network", values: ["host", "", null, 1], hint: 'It has to be "none" or "bridge".' },
    {
      name: "isolation",
      values: ["none", "runc", true],
      hint: "It has to be auto, default, gvisor, kata, firecracker or runtime:<name>.",
    },
    { name: "readOnlyRootFilesystem", values: ["true", 0, null], hint: "It has to be true or false." },
    { name: "include", values: ["*.py", [1], null, {}], hint: "It has to be a list of texts." },
    {
      name: "packages.index",
      values: [null, [], "https://a.b/", { npm: 1 }, { npm: "a.b" }, { cargo: "https://a.b/" }],
      hint: "It has to be an object that gives npm, pip, go an address each.",
    },
    { name: "engine.host", values: [null, 2375, ["unix:///x"]], hint: "It has to be a text." },
  ];
  for (const { name, values, hint } of others) {
    it(`are refused for forgeai.${name} where they can't be`, () => {
      for (const value of values)
        assert.throws(() => read({ [name]: value }), { code: "bad-request", setting: name, hint });
    });
  }
});
