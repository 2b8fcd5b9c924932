import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findLogin, type Login, registryOf } from "../../../src/container/credentials.ts";
import type { Surroundings } from "../../../src/container/endpoint.ts";
import { TemporaryFolder } from "../temporaryFolder.ts";

const HUB = "https://index.docker.io/v1/";

const never = new AbortController().signal;

function encode(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** Surroundings with one Docker configuration; undefined where there is none. */
function surroundingsWith(text: string | undefined, environment: Surroundings["environment"] = {}): Surroundings {
  const missing = Object.assign(new Error("no such file"), { code: "ENOENT" });
  return {
    environment: { DOCKER_CONFIG: "/configuration", ...environment },
    home: "/",
    platform: "linux",
    uid: 1000,
    addresses: () => [],
    read: async (path) => {
      assert.equal(path, "/configuration/config.json");
      if (text === undefined) throw missing;
      return text;
    },
  };
}

async function loginFor(image: string, configuration: unknown): Promise<Login> {
  return findLogin(image, surroundingsWith(JSON.stringify(configuration)), never);
}

describe("registryOf", () => {
  const registries: readonly (readonly [image: string, registry: string])[] = [
    ["python:3.14-alpine", HUB],
    ["somebody/python", HUB],
    ["docker.io/library/python", HUB],
    ["registry.example/python", "registry.example"],
    ["127.0.0.1:5000/a/b:1", "127.0.0.1:5000"],
    ["localhost/python", "localhost"],
  ];
  for (const [image, registry] of registries)
    it(`is ${registry} for ${image}`, () => assert.equal(registryOf(image), registry));
});

describe("findLogin", () => {
  it("finds a name and a password, which may have colons in it, by the registry's name", async () => {
    const { credentials } = await loginFor("r.example/a", { auths: { "r.example": { auth: encode("me:a:b") } } });
    assert.deepEqual(credentials, { username: "me", password: "a:b", serveraddress: "r.example" });
  });

  it("finds an entry that is a whole address, as old ones are", async () => {
    const { credentials } = await loginFor("r.example/a", {
      auths: { "https://r.example/v1/": { auth: encode("me:a") } },
    });
    assert.deepEqual(credentials, { username: "me", password: "a", serveraddress: "r.example" });
  });

  it("finds an identity token, and Docker's own registry for an image that names none", async () => {
    const { credentials } = await loginFor("python:3", {
      auths: { [HUB]: { auth: encode("me:"), identitytoken: "t" } },
    });
    assert.deepEqual(credentials, { identitytoken: "t", serveraddress: HUB });
  });

  it("gives no registry the credentials of another", async () => {
    const auths = { "r.example": { auth: encode("me:a") }, [HUB]: { auth: encode("me:b") } };
    for (const image of ["r.example:5000/a", "other.r.example/a", "example/a", "r.example.org/a"])
      assert.notEqual((await loginFor(image, { auths })).credentials?.serveraddress, "r.example", image);
    assert.deepEqual(await loginFor("r.example.org/a", { auths }), {});
  });

  it("finds nothing, and no trouble, where there is no configuration or nothing in it", async () => {
    assert.deepEqual(await findLogin("r.example/a", surroundingsWith(undefined), never), {});
    assert.deepEqual(await loginFor("r.example/a", {}), {});
    assert.deepEqual(await loginFor("r.example/a", { auths: { "r.example": {} } }), {});
  });

  it("isn't kept from a registry's entry by another that is broken", async () => {
    const auths = { "broken.example": { auth: 5 }, "r.example": { auth: encode("me:a") } };
    assert.ok((await loginFor("r.example/a", { auths })).credentials !== undefined);
    assert.match((await loginFor("broken.example/a", { auths })).trouble ?? "", /broken\.example/);
  });

  it("names a configuration that can't be read, and quotes nothing of it", async () => {
    for (const text of ['{ "auths": secret', '{ "auths": "secret" }', "[]secret", '{ "credsStore": ["secret"] }']) {
      const { credentials, trouble } = await findLogin("r.example/a", surroundingsWith(text), never);
      assert.equal(credentials, undefined);
      assert.match(trouble ?? "", /\/configuration\/config\.json/);
      assert.doesNotMatch(trouble ?? "", /secret/);
    }
  });

  it("takes no helper whose name is a path", async () => {
    for (const credsStore of ["../evil", "/bin/evil", "a b", "a;b"])
      assert.match((await loginFor("r.example/a", { credsStore })).trouble ?? "", /can't be the name/);
  });

  describe("asks a helper", () => {
    let folder: TemporaryFolder;
    before(() => {
      folder = new TemporaryFolder();
    });
    after(() => folder[Symbol.dispose]());

    async function ask(
      script: string,
      configuration: unknown = { credsStore: "t" },
      path = folder.path,
    ): Promise<Login> {
      const file = join(folder.path, "docker-credential-t");
      writeFileSync(file, `#!/bin/sh\n${script}\n`);
      chmodSync(file, 0o755);
      const environment = { PATH: `${path}:/usr/bin:/bin` };
      return findLogin("r.example/a", surroundingsWith(JSON.stringify(configuration), environment), never);
    }

    it("for an identity token, which it tells by the user's name", async () => {
      const { credentials } = await ask(`echo '{"Username":"<token>","Secret":"t"}'`);
      assert.deepEqual(credentials, { identitytoken: "t", serveraddress: "r.example" });
    });

    it("of the registry rather than the one for all", async () => {
      const configuration = { credsStore: "none", credHelpers: { "r.example": "t" } };
      const { credentials } = await ask(`echo '{"Username":"me","Secret":"s"}'`, configuration);
      assert.deepEqual(credentials, { username: "me", password: "s", serveraddress: "r.example" });
    });

    it("without telling anything but the registry's name, and that on its standard input", async () => {
      const { trouble } = await ask('echo "$# $1 $(cat)" >&2; exit 1');
      assert.match(trouble ?? "", /failed: 1 get r\.example$/);
    });

    it("that is in an absolute folder of the PATH, in no other", async () => {
      assert.match((await ask("true", undefined, ".")).trouble ?? "", /isn't on the PATH/);
    });

    it("and repeats no answer that may hold a secret", async () => {
      for (const script of [`echo '{"Secret":"hidden"}'`, `echo '{"Secret":"hidden"'; exit 1`, "echo hidden"]) {
        const { trouble } = await ask(script);
        assert.ok(trouble !== undefined);
        assert.doesNotMatch(trouble, /hidden/);
      }
    });

    it("no longer than anybody waits", async () => {
      const abort = new AbortController();
      writeFileSync(join(folder.path, "docker-credential-t"), "#!/bin/sh\nsleep 30\n", { mode: 0o755 });
      const environment = { PATH: `${folder.path}:/usr/bin:/bin` };
      const login = findLogin("r.example/a", surroundingsWith('{"credsStore":"t"}', environment), abort.signal);
      setTimeout(() => abort.abort(new Error("enough")), 50);
      await assert.rejects(login, /enough/);
    });
  });
});
