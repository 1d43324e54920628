Feature: One line for a picture, a file, a shell and hands
  What is urgent never waits behind what is large, whichever of the two lines is the narrow one. Figures are of simulated
  time, exact, and in results.json.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC on office LAN
    And a file "C:\Temp\big.bin" of 6000000 bytes lies on Carla's device
    And Carla is in session with Alex
    And Alex has screen sharing open in Carla's session
    And Alex has file transfer open in Carla's session
    And Alex has command shell open in Carla's session
    And Alex has a shell open in Carla's session
    And Carla's screen is busy with "video"

  @gate @SCR-02 @SHL-01
  Scenario Outline: Hands and a shell do not wait where Carla is on <customer> and Alex on <rep>
    When Carla's link becomes <customer>
    And Alex's link becomes <rep>
    And Alex downloads "C:\Temp\big.bin" to "C:\Temp\big.bin" in Carla's session
    And 4 seconds pass
    And for 4 seconds the echoes of Alex's hands and shell in Carla's session are measured
    Then the figure "hands_echo_p95_ms" is at most <echo>
    And the figure "shell_echo_p95_ms" is at most <echo>

    Examples: The round trip and 50 ms
      | customer   | rep        | echo |
      | DSL        | office LAN | 101  |
      | cable      | office LAN | 79   |
      | office LAN | DSL        | 101  |
      | 4G         | office LAN | 221  |

  @gate
  Scenario: A picture goes on beside a file, and the file beside the picture
    When Carla's link becomes 4G
    And Alex downloads "C:\Temp\big.bin" to "C:\Temp\big.bin" in Carla's session
    And 8 seconds pass
    And for 4 seconds the picture of Carla's screen on Alex's console is measured
    Then the figure "line_kbit_per_s" is at least 8100
    And the figure "screen_kbit_per_s" is at least 1000
    And the figure "queue_delay_p95_ms" is at most 60
    And 10 % of "C:\Temp\big.bin" has come in Carla's session on Alex's console
