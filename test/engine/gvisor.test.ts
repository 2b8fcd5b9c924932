import { LANGUAGES } from "../../src/language/catalog.ts";
import { testEnvironment } from "./support/environment.ts";
import { describeLanguage, readFixtures } from "./support/languageTable.ts";

describe("every language under gVisor", () => {
  before(function () {
    // The set-up's own engine has it; another that it found may lack it, and isn't the tests' to configure.
    if (!testEnvironment().gvisor) this.skip();
  });

  for (const language of LANGUAGES) describeLanguage(language, readFixtures(language.id), "gvisor");
});
