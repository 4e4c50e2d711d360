package main

type benchCommand struct{}

// Run is filled in below.
func (benchCommand) Run() error { return nil }
