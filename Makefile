# Every target with a comment behind it shows up in `make help`.
.DEFAULT_GOAL := help
.PHONY: help build fast test it faults fmt docs cluster bench dist clean

help: ## show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## everything but the tests; leaves the bundle jar in flight-sql-server/target
	./mvnw -B -q -DskipTests package

fast: ## the unit tests of what compiles, no Spark, no ports
	./mvnw -B -q test

test: ## all tests: what continuous integration runs
	.ci/run

it: ## one integration test: make it NAME=BundleInboundIT
	./mvnw -B verify -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dit.test='$(or $(NAME),*IT)' -Dfailsafe.failIfNoSpecifiedTests=false

faults: ## kills, stops and cuts off, 20 times each: takes more than an hour
	./mvnw -B verify -Pfaults

fmt: ## formats the sources as the build wants them
	./mvnw -B -q spotless:apply

docs: ## writes the generated pages of docs/ anew
	./mvnw -B -q test -Dtest='*ReferenceTest' -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write=true

cluster: ## two servers and two workers with TPC-H tables; end them with dev/cluster down
	dev/cluster up --scale 0.01

bench: ## measures; see dev/bench --help
	dev/bench

dist: ## the archive flight-sql-server/target/sparkflight-<version>.tar.gz
	./mvnw -B -q -DskipTests -Pdist package

clean: ## removes what the build made, not what it fetched
	./mvnw -B -q clean
