import assert from "node:assert/strict";
import { inspect } from "node:util";
import { DEFAULT_LIMITS, resolveLimits } from "../../../src/run/limits.ts";
import { LIMIT_SETTINGS, SETTING_DEFAULTS, type SettingName } from "../../../src/vscode/contributions.ts";
import { BadSetting, readValues } from "../../../src/vscode/settingValues.ts";

const read = (changed: Partial<Record<SettingName, unknown>> = {}): ReturnType<typeof readValues> =>
  readValues((name) => (name in changed ? changed[name] : SETTING_DEFAULTS[name]));

describe("The values of the settings", () => {
  it("are the limits and the network of a run, in the units of a request", () => {
    const values = { timeout: 0.5, memory: 64, processes: 8, disk: 1.5, "output.limit": 0, network: "bridge" };
    assert.deepEqual(read(values), {
      limits: { timeoutMs: 500, memoryBytes: 67_108_864, processes: 8, diskBytes: 1_572_864, outputBytes: 0 },
      network: "bridge",
    });
  });

  it("are by default those of a run that asks for nothing", () => {
    const { timeoutMs, memoryBytes, processes, diskBytes } = DEFAULT_LIMITS;
    const limits = { timeoutMs, memoryBytes, processes, diskBytes, outputBytes: 10 * 1024 * 1024 };
    assert.deepEqual(read(), { limits, network: "none" });
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

  it("count processes in whole numbers", () => {
    assert.throws(() => read({ processes: 8.5 }), /forgeai\.processes can't be 8\.5/);
  });

  it("know no network but none and the bridge", () => {
    for (const network of ["host", "", null, 1])
      assert.throws(() => read({ network }), { code: "bad-request", hint: 'It has to be "none" or "bridge".' });
  });
});
