// The floor: a process that imports the SDK packages of the program and of the preview, and does nothing with them.
for (const name of ["pulumi", "aws", "awsx", "eks", "gcp", "kubernetes", "random", "policy"]) {
  require(`@pulumi/${name}`);
}
