package templatetest_test

import (
	"path/filepath"
	"testing"
)

func TestGlobals(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "t.yaml")
	write(t, file, `
Globals:
  Function:
    Timeout: 30
    Architectures: [arm64]
    Layers: [a]
    Environment: {Variables: {A: 1, B: !Ref Table}}
    VpcConfig: !If [InVpc, {SubnetIds: [s]}, !Ref AWS::NoValue]
  HttpApi: {CorsConfiguration: true}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Timeout: 10
      Layers: [b]
      Environment: {Variables: {B: 2, C: 3}}
  Bare: {Type: AWS::Serverless::Function}
  Api: {Type: AWS::Serverless::HttpApi, Properties: {}}
  Plain: {Type: AWS::Lambda::Function, Properties: {Runtime: r}}
`)
	tmpl := load(t, file)
	f := resource(t, tmpl, "AWS::Serverless::Function", "F")
	for _, c := range []struct{ name, want string }{
		{"Timeout", `10`},
		{"Architectures", `["arm64"]`},
		{"Layers", `["a","b"]`},
		{"Environment", `{"Variables":{"A":1,"B":2,"C":3}}`},
		{"VpcConfig", `t.yaml:8: the expression is not resolved: !If [InVpc, {SubnetIds: [s]}, !Ref AWS::NoValue]`},
		{"CorsConfiguration", `t.yaml:13: there is no CorsConfiguration`},
	} {
		if got := valueOf(t, f, "Properties", c.name); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	if got := valueOf(t, resource(t, tmpl, "AWS::Serverless::Function", "Bare"), "Properties", "Timeout"); got != "30" {
		t.Errorf("a function without properties: got %s", got)
	}
	if got := valueOf(t, resource(t, tmpl, "AWS::Serverless::HttpApi", "Api"), "Properties"); got != `{"CorsConfiguration":true}` {
		t.Errorf("an API: got %s", got)
	}
	if got := valueOf(t, resource(t, tmpl, "AWS::Lambda::Function", "Plain"), "Properties"); got != `{"Runtime":"r"}` {
		t.Errorf("a function that is not SAM's: got %s", got)
	}
}

// What includes the Globals from elsewhere may set anything.
func TestGlobalsThatAreNotResolved(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "t.yaml")
	write(t, file, "Globals:\n  Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}\n"+
		"Resources:\n  F: {Type: AWS::Serverless::Function, Properties: {Timeout: 10}}\n")
	want := "t.yaml:2: the expression is not resolved: !Transform {Name: AWS::Include, Parameters: {Location: s3://b/k}}"
	if got := valueOf(t, resource(t, load(t, file), "AWS::Serverless::Function", "F"), "Properties", "Timeout"); got != want {
		t.Errorf("got %s", got)
	}
}
