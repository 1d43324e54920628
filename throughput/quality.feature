Feature: Another quality while a window is dragged
  The representative changes the Performance choice in the middle of it. The choice holds from the next frame on; how
  good the picture can be is up to the line.

  @gate
  Scenario Outline: From best performance to best quality over <link>
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC on <link>
    And Carla is in session with Alex
    And Alex has screen sharing open in Carla's session
    And Carla's screen is busy with "dragging"
    When Alex sets the picture of Carla's screen to "best performance"
    And 4 seconds pass
    And for 4 seconds the picture of Carla's screen on Alex's console is measured as "performance"
    And Alex sets the picture of Carla's screen to "balanced"
    And 4 seconds pass
    And for 4 seconds the picture of Carla's screen on Alex's console is measured as "balanced"
    And Alex sets the picture of Carla's screen to "best quality"
    And 4 seconds pass
    And for 4 seconds the picture of Carla's screen on Alex's console is measured as "quality"
    Then the figure "performance_frames_per_s" is at least <fps>
    And the figure "balanced_frames_per_s" is at least <fps>
    And the figure "quality_frames_per_s" is at least <fps>
    And the figure "performance_change_to_display_p95_ms" is at most <late>
    And the figure "balanced_change_to_display_p95_ms" is at most <late>
    And the figure "quality_change_to_display_p95_ms" is at most <late>
    And the figure "balanced_level_changes" is at most 2
    And the figure "quality_level_changes" is at most 2

    Examples:
      | link             | fps | late |
      | fibre            | 24  | 80   |
      | WebRTC test link | 24  | 300  |
      | 4G               | 14  | 450  |
      | DSL              | 12  | 2500 |
