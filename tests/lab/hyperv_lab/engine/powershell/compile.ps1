# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# Compiles C# sources to libraries with the compiler that PowerShell 7 carries.
# $env:HYPERV_LAB_COMPILE is JSON: [{"name": assembly, "sources": [files], "references": [libraries made here], "output": file}].
$ErrorActionPreference = 'Stop'
$base = [AppContext]::BaseDirectory
$null = [Reflection.Assembly]::LoadFrom([IO.Path]::Combine($base, 'Microsoft.CodeAnalysis.dll'))
$null = [Reflection.Assembly]::LoadFrom([IO.Path]::Combine($base, 'Microsoft.CodeAnalysis.CSharp.dll'))

$shared = [Collections.Generic.List[Microsoft.CodeAnalysis.MetadataReference]]::new()
foreach ($file in [IO.Directory]::GetFiles($base, '*.dll')) {
    try {
        $null = [Reflection.AssemblyName]::GetAssemblyName($file)
    } catch {
        continue  # a native library
    }
    $shared.Add([Microsoft.CodeAnalysis.MetadataReference]::CreateFromFile($file))
}

$parsing = [Microsoft.CodeAnalysis.CSharp.CSharpParseOptions]::new([Microsoft.CodeAnalysis.CSharp.LanguageVersion]::Latest)
$options = [Microsoft.CodeAnalysis.CSharp.CSharpCompilationOptions]::new([Microsoft.CodeAnalysis.OutputKind]::DynamicallyLinkedLibrary)
$options = $options.WithOptimizationLevel([Microsoft.CodeAnalysis.OptimizationLevel]::Release).WithDeterministic($true)

foreach ($library in (ConvertFrom-Json -InputObject $env:HYPERV_LAB_COMPILE)) {
    $trees = [Collections.Generic.List[Microsoft.CodeAnalysis.SyntaxTree]]::new()
    foreach ($source in $library.sources) {
        $trees.Add([Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree]::ParseText([IO.File]::ReadAllText($source), $parsing, $source))
    }
    $references = [Collections.Generic.List[Microsoft.CodeAnalysis.MetadataReference]]::new($shared)
    foreach ($made in $library.references) {
        $references.Add([Microsoft.CodeAnalysis.MetadataReference]::CreateFromFile($made))
    }
    $compilation = [Microsoft.CodeAnalysis.CSharp.CSharpCompilation]::Create($library.name, $trees, $references, $options)
    $bytes = [IO.MemoryStream]::new()
    $result = $compilation.Emit($bytes)
    if (-not $result.Success) {
        foreach ($diagnostic in $result.Diagnostics) {
            if ("$($diagnostic.Severity)" -eq 'Error') {
                [Console]::Error.WriteLine("$diagnostic")
            }
        }
        exit 1
    }
    [IO.File]::WriteAllBytes($library.output, $bytes.ToArray())
}
