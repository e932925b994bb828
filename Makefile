# Everything is done by ./run; this file only forwards.
.PHONY: demo test check format notebooks lab bench setup
demo test check format notebooks lab bench setup:
	@./run $@
