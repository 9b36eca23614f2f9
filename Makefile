# Everything runs on the JDK 25 that bin/jdk25 finds. Without a target: the list of targets.

MVN := bin/jdk25 ./mvnw
MODULES := testing protocol script server-ws client-ws examples launcher benchmarks
# folders are among them, so that a file that was added or taken away counts
SOURCES := pom.xml openrpc.json $(wildcard $(MODULES:%=%/pom.xml)) $(shell find $(wildcard $(MODULES:%=%/src/main)) | sed 's/ /\\ /g')
BUILT := launcher/target/built
PEER := benchmarks/peers/node

# Runs Maven, then makes the archives of classes from which the circles command starts faster.
define maven
$(MVN) $(1)
@bin/archive
@touch $(BUILT)
endef

.DEFAULT_GOAL := help
.PHONY: help run build test bench fmt clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(BUILT) ## build what has changed and serve the circles of circles.json
	@./circles up

build: ## build everything without its tests
	$(call maven,-DskipTests package)

test: ## build everything and run every test
	$(call maven,verify)

bench: $(BUILT) $(PEER)/node_modules/.package-lock.json ## measure against a Node server; ARGS=--help says how
	@bin/jdk25 java --enable-native-access=ALL-UNNAMED -cp 'benchmarks/target/classes:benchmarks/target/lib/*' \
	  io.circles.benchmarks.Main $(ARGS)

fmt: ## format the sources
	$(MVN) spotless:apply

clean: ## take away all that was built
	$(MVN) clean

$(PEER)/node_modules/.package-lock.json: $(PEER)/package.json $(PEER)/package-lock.json
	npm ci --prefix $(PEER)
	@touch $@

$(BUILT): $(SOURCES)
	$(call maven,-DskipTests package)
