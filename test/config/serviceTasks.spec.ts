import assert from "node:assert/strict";
import type { Blueprint } from "../../blueprints/blueprint";
import { planWorkload } from "../../components/workload/plan";
import { configOf, problemsOf, stackValues } from "./stackFiles";

const values = (service: object, name = "backend") => ({
  ...stackValues("prod"),
  blueprint: "explico",
  services: JSON.stringify({ [name]: service }),
});

/** What is done beside the pods of explico's backend. */
const tasksOf = (service: object) => {
  const { services }: Pick<Blueprint, "services"> = configOf(values(service)).blueprint;
  const spec = services["backend"] ?? assert.fail("no backend");
  const { migration, cronJobs } = planWorkload("backend", spec).tasks;
  return { migration: migration?.name, cronJobs: cronJobs.map(({ task }) => task) };
};

describe("what a stack says of a service's tasks", () => {
  const cases: Readonly<Record<string, { said: object; migrates: boolean; cronJobs: readonly string[] }>> = {
    "nothing: both are done": { said: {}, migrates: true, cronJobs: ["delete-expired"] },
    "migrate: true is what holds anyway": {
      said: { migrate: true },
      migrates: true,
      cronJobs: ["delete-expired"],
    },
    "migrate: false leaves the migration out": {
      said: { migrate: false },
      migrates: false,
      cronJobs: ["delete-expired"],
    },
    "cronJobs: false leaves out what is done at certain times": {
      said: { cronJobs: false },
      migrates: true,
      cronJobs: [],
    },
    both: { said: { migrate: false, cronJobs: false }, migrates: false, cronJobs: [] },
  };
  for (const [what, { said, migrates, cronJobs }] of Object.entries(cases)) {
    it(what, () => {
      const tasks = tasksOf(said);
      assert.deepEqual([tasks.migration !== undefined, tasks.cronJobs], [migrates, cronJobs]);
    });
  }

  it("lets a version come back past a later one's migration, whose Job would else be made once more", () => {
    const [before, after, back] = ["1.0.0", "1.1.0", "1.0.0"].map((tag) => tasksOf({ tag }).migration);
    assert.notEqual(before, after);
    assert.equal(back, before);
    assert.equal(tasksOf({ tag: "1.0.0", migrate: false }).migration, undefined);
  });

  const refused: readonly (readonly [object, string, string])[] = [
    [
      { migrate: true },
      "frontend",
      "services.frontend.migrate: expected no true, as the service has no migration, got true",
    ],
    [
      { cronJobs: true },
      "frontend",
      "services.frontend.cronJobs: expected no true, as the service does nothing at certain times, got true",
    ],
  ];
  for (const [said, name, problem] of refused) {
    it(`refuses to ask for what the service has not: ${JSON.stringify(said)}`, () => {
      assert.deepEqual(problemsOf(values(said, name)), [problem]);
    });
  }

  it("takes false of a service that has none: an older program's may", () => {
    assert.deepEqual(problemsOf(values({ migrate: false, cronJobs: false }, "frontend")), []);
  });
});
